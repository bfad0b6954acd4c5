"""Handles what people press or type in Slack, one file for each kind."""
