"""Everything that is kept in Qdrant.

- client opens it; schema, inventory, calibration, index_versions and passage_writer hold the index of passages;
- record_repository stores typed records; document_ledger, question_log, votes, audit_log, worker_requests and
  name_bindings are built on it.
"""
