"""The Slack edge: events in, messages out. Decides nothing about answers."""
