"""Other programs that take the text out of documents, to compare the readers with."""
