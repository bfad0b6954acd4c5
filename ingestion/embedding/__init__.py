"""Adds dense vectors to passages that are already stored.

`backfill` chooses the passages and saves the vectors; `batching` embeds texts, in full or by their beginnings.
"""
