"""The sentence of each failure code, one file for each language; the English ones are in `knowledge/core/`."""
