"""Holds every regular expression, and the functions around them, to time that grows with the length of the text."""
