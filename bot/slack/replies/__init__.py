"""How an answer is shown in Slack: streamed in a thread, or for one person alone."""
