"""Computes which style declarations hold for an element, as a browser does."""
