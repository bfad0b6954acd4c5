"""Looks at the folder, hears disk events, and plans what must be done with the index."""
