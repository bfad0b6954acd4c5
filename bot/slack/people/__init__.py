"""Tells who is who in Slack: languages, members of channels, administrators, and who may read what."""
