"""Answering: retrieval, prompt, model, citations. Knows no Slack."""
