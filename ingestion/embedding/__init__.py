"""Adds dense vectors to passages that are already stored."""
