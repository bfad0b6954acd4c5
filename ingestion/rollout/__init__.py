"""Builds the next version of the index beside the one that answers, and switches."""
