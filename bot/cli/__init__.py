"""Runs the bot's commands on a terminal, without Slack."""
