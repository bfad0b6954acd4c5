"""Measurements of the bot: start-up, and load over a real WebSocket."""
