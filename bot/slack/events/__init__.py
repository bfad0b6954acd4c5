"""What Slack's messages and threads mean: is it a question, is it a follow-up."""
