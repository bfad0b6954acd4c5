"""Reads plain text, CSV, RTF, JSON and XML."""
