"""What goes to the app: events, envelopes, Socket Mode."""
