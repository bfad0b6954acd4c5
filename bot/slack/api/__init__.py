"""Slack's Web API: client, rate limits, tokens, scopes."""
