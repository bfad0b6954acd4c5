"""The ingestion worker: from the watched folder to the index."""
