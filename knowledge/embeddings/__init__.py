"""Converts text to dense vectors with a model in Ollama."""
