"""Finds passages for a question.

`hybrid_search` searches by words and by vectors (`vector_search`), and joins both (`fusion`, `ranking`); `relevance`
decides whether the passages may answer; `langchain_retriever` gives all this to LangChain; `passage_lookup` fetches
passages by id.
"""
