"""The words of each language, one file for each: what it asks with, small talk, the sentences of an answer, prompts.

`answer_texts` and `word_lists` say what such a file holds; `all_languages` collects the files.
"""
