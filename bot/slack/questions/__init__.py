"""The life of a question, from its Slack event to its answer.

`intake` writes it to the log, `lifecycle` holds its claim and end, `answer_flow` answers it: `thread_answer` in its
thread, `private_answer` for one person, both by `answer_delivery`. `edits_and_stops` applies what people do to it
later, `recovery` and `catch_up` find the questions that nobody answers. `factory` builds all of them once.
"""
