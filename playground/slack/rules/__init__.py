"""Slack's rules: limits, Block Kit, errors, faults on demand."""
