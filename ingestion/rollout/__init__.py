"""Builds the next version of the index beside the serving one, and switches to it."""
