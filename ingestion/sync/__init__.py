"""Makes the index equal the folder: one pass at a time, one document after another.

`reconciler` runs a pass, `executor` carries out its plan, `document_operations` changes one document, `ledger_cache`
keeps the ledger in memory; `progress` shows that the work goes on.
"""
