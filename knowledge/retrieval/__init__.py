"""From a question to passages: search by words and by embeddings, fusion, relevance, lookup, evaluation."""
