"""Reads HTML, Markdown, reStructuredText and EPUB."""
