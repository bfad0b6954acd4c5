"""Checks an answer: its citations, and whether the cited passages contain its statements."""
