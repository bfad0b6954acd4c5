"""Measurements of search: how well passages are found, and how fast. `python -m bench.retrieval`."""
