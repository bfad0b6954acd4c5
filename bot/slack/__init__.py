"""Connects the bot to Slack. `app.py` builds every part, `runner.py` runs them, `message_router.py` takes messages.

The folders: `events` (what a message means), `questions` (from question to answer), `replies` (how it is shown),
`handlers` (buttons and commands), `views` (blocks), `people`, `i18n` (texts), `api` (calls to Slack).
"""
