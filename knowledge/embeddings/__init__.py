"""Converts text to dense vectors with a model in Ollama, or with a small one on this machine (`local`)."""
