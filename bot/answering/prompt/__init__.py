"""Builds what the model reads: templates, passages and earlier turns, within the context window."""
