"""A local Slack that speaks the real protocol."""
