"""From a question to a cited answer. Knows no Slack.

`pipeline` runs the steps; `prompt/` fills in what the model reads, `output_filter/` decides which of its words may be
shown, `verification/` checks them, `extractive` quotes passages where the model is away.
"""
