"""Finds passages for a question: lexical and dense search, fusion, relevance, lookup by id, evaluation."""
