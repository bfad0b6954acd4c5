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


def change_audiences(
    index: PassageWriter,
    ledger: AnyLedger,
    audiences: Mapping[str, frozenset[str]],
    forget_document: Callable[[str], None],
) -> None:
    """Set the audience of each document; forget, to be read again, one whose audience Qdrant refuses."""
    remaining = iter(audiences.items())
    while batch := dict(islice(remaining, _AUDIENCE_BATCH)):
        try:
            _set_audiences(index, ledger, batch)
        except RequestRefused:
            for path, audience in batch.items():
                try:
                    _set_audiences(index, ledger, {path: audience})
                except RequestRefused as error:
                    log.warning(
                        "audience refused, document forgotten: document=%s error=%s path=%s",
                        make_document_id(path),
                        error,
                        path,
                    )
                    forget_document(path)
    if audiences:
        log.info("audiences set: documents=%d", len(audiences))


def _set_audiences(index: PassageWriter, ledger: AnyLedger, batch: Mapping[str, frozenset[str]]) -> None:
    known = ledger.list_documents()
    index.apply_audiences(batch)
    changed = [replace(known[path], audience=audience) for path, audience in batch.items() if path in known]
    if changed:
        ledger.save_documents(*changed)
