"""The moving picture of the README: a document is dropped, a question asked, its source opened."""
