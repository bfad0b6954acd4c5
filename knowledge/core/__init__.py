"""Values and pure rules that both processes share: documents, passages, access, failures, text and language."""
