"""Everything that is kept in Qdrant: passages, index versions, the ledger, the question log, votes, requests."""
