"""What the local Slack holds: workspace, messages, streams."""
