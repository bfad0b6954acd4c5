"""Builds the Block Kit of messages and views. Pure: calls neither Slack nor Qdrant."""
