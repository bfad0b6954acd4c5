"""Filters the model's text: makes links and mentions harmless, removes thoughts and the model's own source list."""
