"""Chooses what is quoted of the passages found, and formats it."""
