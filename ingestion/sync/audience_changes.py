"""Changes for whom documents are: of their passages first, then in the ledger. Nothing is read or embedded again."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.core.documents import make_document_id
from knowledge.core.failures import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingestion.sync.ledger_cache import AnyLedger
    from knowledge.storage.passage_writer import PassageWriter

log = logging.getLogger(__name__)

_AUDIENCE_BATCH = 64  # documents whose passages are looked up together


class AudienceChanges:
    """Sets the audiences of documents; a document whose audience Qdrant refuses is handed to `forget_document`."""

    def __init__(self, index: PassageWriter, ledger: AnyLedger, forget_document: Callable[[str], None]) -> None:
        self._index = index
        self._ledger = ledger
        self._forget_document = forget_document

    def change_audiences(self, audiences: Mapping[str, frozenset[str]]) -> None:
        """Set the audience of each document, by path: of its passages first, then in the ledger."""
        remaining = iter(audiences.items())
        while batch := dict(islice(remaining, _AUDIENCE_BATCH)):
            try:
                self._set_audiences(batch)
            except RequestRefused:
                self._set_audiences_apart(batch)
        if audiences:
            log.info("audiences set: documents=%d", len(audiences))

    def _set_audiences(self, batch: Mapping[str, frozenset[str]]) -> None:
        known = self._ledger.list_documents()
        self._index.apply_audiences(batch)
        changed = [replace(known[path], audience=audience) for path, audience in batch.items() if path in known]
        if changed:
            self._ledger.save_documents(*changed)

    def _set_audiences_apart(self, batch: Mapping[str, frozenset[str]]) -> None:
        """Set audiences one by one; a document whose audience Qdrant refuses is forgotten, and read again."""
        for path, audience in batch.items():
            try:
                self._set_audiences({path: audience})
            except RequestRefused as error:
                log.warning(
                    "audience refused, document forgotten: document=%s error=%s path=%s",
                    make_document_id(path),
                    error,
                    path,
                )
                self._forget_document(path)
