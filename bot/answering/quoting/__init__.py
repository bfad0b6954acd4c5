"""Chooses what is quoted of the passages found, formats it, and answers with it where no model writes."""
