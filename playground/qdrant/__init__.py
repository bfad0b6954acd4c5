"""A stand-in for a Qdrant server: Qdrant's engine behind HTTP, with keys and faults."""
