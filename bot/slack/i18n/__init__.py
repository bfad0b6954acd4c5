"""Holds every text that people see in Slack: `texts.py` names them, `texts_<code>.py` is a language."""
