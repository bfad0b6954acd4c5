"""Reads Word, PowerPoint and Excel."""
