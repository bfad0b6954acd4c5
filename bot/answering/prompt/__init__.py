"""What the model reads: templates, passages, earlier turns, within the context window."""
