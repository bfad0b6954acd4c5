"""Answers without a model: quotes from the best passages."""
