"""Reads OpenDocument text."""
