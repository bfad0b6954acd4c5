"""How an answer is shown in Slack.

`stream` writes it into a thread, message by message (`messages`, `paging`, `progress_step`); `ephemeral` shows it to
one person, `share` to a channel. `answer_footer` adds sources and buttons.
"""
