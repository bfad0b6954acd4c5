"""The bot: from a question to a cited answer."""
