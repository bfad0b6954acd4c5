"""The words by which each language asks: one file for each language."""
