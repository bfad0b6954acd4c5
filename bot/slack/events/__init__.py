"""The meaning of Slack's messages: questions, edits, deletions and follow-ups, and the history of a thread."""
