"""Makes the index equal the folder: one pass at a time, one document after another.

`reconciler` runs a pass, `planner` makes the operations, `executor` carries them out, `document_operations` changes one
document, `retries` says when a failed one is read again, `ledger_cache` keeps the ledger in memory.
"""
