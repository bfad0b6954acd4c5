"""Recognises talk that asks the documents nothing, and replies from what the bot knows of itself."""
