"""Who is who in Slack: users, members of channels, administrators, who may know what."""
