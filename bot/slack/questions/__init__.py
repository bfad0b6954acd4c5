"""The life of a question: intake, queue, answer, edits, recovery."""
