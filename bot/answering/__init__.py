"""Answers a question from the documents, with citations; independent of Slack.

`pipeline` runs the steps; `prompt/` fills in what the model reads, `output_filter/` decides which of its words may be
shown, `verification/` checks them, `quoting/` quotes passages where the model is away.
"""
