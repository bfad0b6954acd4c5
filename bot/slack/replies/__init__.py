"""How an answer is shown in Slack.

`stream` writes it into a thread, message by message (`messages`, `paging`, `steps`); `ephemeral` shows it to one
person, `sharing` to a channel. `answer_footer` adds sources and buttons; `working_status` shows the bot at work.
"""
