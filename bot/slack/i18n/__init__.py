"""Every text that people see in Slack, by language."""
