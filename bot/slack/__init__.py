"""Connects the bot to Slack: `app.py` registers every handler, `factory.py` builds what they use, `runner.py` runs it.

`message_router.py` takes messages. Folders: `events` (what a message means), `questions` (from question to answer),
`replies` (how it is shown), `handlers` (buttons and commands), `views` (blocks), `people`, `i18n` (texts), `api`.
"""
