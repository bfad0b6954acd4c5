"""Measurements of the worker: reading, first hit, growth, unchanged folders. `python -m bench.ingestion`."""
