"""The life of a question, from its Slack event to its answer.

`intake` writes it to the log, `claimed_question` holds its claim and end, `question_job` answers it: `thread_answer` in
its thread, `private_answer` for one person, both by `answer_delivery`. `edits_and_stops` applies what people do to it
later, `recovery` and `catch_up` find the questions that nobody answers, `unasked_questions` those that nobody put.
"""
