"""Calls Slack's Web API: the client, its rate limits, the tokens and their scopes."""
