"""Answers, in some channels, questions that nobody put to the bot (`ANSWER_UNASKED`)."""
