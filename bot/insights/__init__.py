"""Evaluates questions and answers: gaps in the documents, similar questions, scores of answers."""
