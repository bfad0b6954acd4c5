"""What the questions tell: gaps in the documents, scores of answers."""
