"""Text to dense vectors, by a model in Ollama."""
