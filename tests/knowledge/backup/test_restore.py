"""Backup and restore over the embedded engine and over a server."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from qdrant_client import QdrantClient

from knowledge.backup.archive import Archive, write_archive
from knowledge.backup.kept_records import KEPT_COLLECTIONS, read_kept_records
from knowledge.backup.restore import refuse_unfinished_restore, restore_records
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.failures import IndexUnavailable, SettingsError, SouffleurError
from knowledge.runtime.settings import Settings
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.name_bindings import NameBinding, NameBindings
from knowledge.storage.question_log import QuestionLog, QuestionRecord
from knowledge.storage.record_repository import Repository
from knowledge.storage.worker_requests import WorkerRequests

QUESTION = QuestionRecord("T1", "C1", "1.0", "1.0", user="U1", text="combien ?", asked_at=5.0)
DOCUMENT = Document("a.md", Fingerprint(1, 2, 3, 4), "ab", "v", 1, DocumentState.MEANING, passages=2)


def fill(client: QdrantClient, prefix: str, questions: int = 3) -> None:
    log = QuestionLog.open_question_log(client, prefix, is_single_process=True)
    log.add_questions([replace(QUESTION, ts=f"{number}.0") for number in range(questions)])
    AuditLog(client, prefix, 30).begin_audit_entry("U1", "reindex", "begun")
    requests = WorkerRequests(client, prefix)
    requests.update_worker_request(requests.create_worker_request("all", "U1"), "done")
    DocumentLedger(client, prefix).save_documents(DOCUMENT)


def dump(client: QdrantClient, prefix: str) -> dict[str, dict[str, Any]]:
    return {name: dict(items) for name, items in read_kept_records(client, prefix).items()}


def back_up(client: QdrantClient, prefix: str) -> Archive:
    file = io.BytesIO()
    write_archive(file, read_kept_records(client, prefix))
    return Archive(file)


def test_all_records_come_back_as_they_were(settings: Settings) -> None:
    with closing(open_qdrant(settings)) as client:
        fill(client, "one", questions=700)  # more than a page, and a batch
        counts = restore_records(client, "two", back_up(client, "one"))
        assert counts["questions"] == 700
        assert dump(client, "two") == dump(client, "one")
        log = QuestionLog.open_question_log(client, "two", is_single_process=True)
        assert len(log.list_thread_questions("C1", "1.0")) == 700  # found by a field that is indexed
        assert NameBindings(client, "two").list_bindings() == []
        assert DocumentLedger(client, "two").list_documents() == {"a.md": DOCUMENT}


@pytest.mark.parametrize("state", ["waiting", "running", "a state of tomorrow"])
def test_an_open_request_to_the_worker_does_not_come_back(settings: Settings, state: Any) -> None:
    """It might confirm deletions that nobody wants confirmed any more."""
    with closing(open_qdrant(settings)) as client:
        fill(client, "one")
        requests = WorkerRequests(client, "one")
        requests.update_worker_request(requests.create_worker_request("confirm-deletes", "U1"), state)
        assert restore_records(client, "two", back_up(client, "one"))["requests"] == 1
        assert WorkerRequests(client, "two").list_open_requests() == []


def test_a_binding_that_was_undone_since_the_backup_stays_undone(settings: Settings) -> None:
    with closing(open_qdrant(settings)) as client:
        now = NameBindings(client, "one")
        now.add_bindings([NameBinding("#finance", "C1"), NameBinding("#board", "C2")])
        archive = back_up(client, "one")
        now.set_binding_state("#finance", "undone")
        now.add_bindings([NameBinding("#later", "C3", "undone")])
        assert restore_records(client, "two", archive, present="one")["bindings"] == 3
        assert NameBindings(client, "two").list_bindings() == now.list_bindings()
        restore_records(client, "three", archive, present="nothing is here")
        names = [(one.name, one.state) for one in NameBindings(client, "three").list_bindings()]
        assert names == [("#board", "confirmed"), ("#finance", "confirmed")]


def test_a_binding_that_was_undone_before_the_backup_stays_so_where_a_new_machine_has_made_it_again(
    settings: Settings,
) -> None:
    with closing(open_qdrant(settings)) as client:
        undone = [NameBinding("#finance", "C1", "undone"), NameBinding("#board", "C2", "undone")]
        NameBindings(client, "one").add_bindings(undone)
        archive = back_up(client, "one")
        # A bot that was started before the restore knew nothing of it; #board is another channel by now.
        NameBindings(client, "new").add_bindings([NameBinding("#finance", "C1"), NameBinding("#board", "C9")])
        restore_records(client, "two", archive, present="new")
        assert NameBindings(client, "two").list_bindings() == [
            NameBinding("#board", "C9"),
            NameBinding("#finance", "C1", "undone"),
        ]


def test_a_field_of_a_newer_version_survives(settings: Settings) -> None:
    with closing(open_qdrant(settings)) as client:
        record_id, record = QUESTION.id, {"workspace": "T1", "field of tomorrow": [1, {"b": "é"}]}
        repository: Repository[dict[str, Any]] = Repository(client, "one_questions", dict)
        repository.put_record(record_id, record)
        restore_records(client, "two", back_up(client, "one"))
        assert dump(client, "two")["questions"] == {record_id: record}


def test_what_is_there_is_never_touched(settings: Settings) -> None:
    with closing(open_qdrant(settings)) as client:
        fill(client, "one")
        archive, before = back_up(client, "one"), dump(client, "one")
        with pytest.raises(SouffleurError, match="Restore beside them with `--as one2`"):
            restore_records(client, "one", archive)
        assert dump(client, "one") == before


class Killed(Exception):
    """The process was killed."""


class CutArchive:
    """An archive at which the process is killed once a part is read."""

    def __init__(self, archive: Archive, part: str) -> None:
        self._archive, self._part = archive, part

    def read_part(self, name: str) -> Any:
        yield from self._archive.read_part(name)
        if name == self._part:
            raise Killed


def test_a_restore_that_was_killed_leaves_the_old_state_and_can_be_run_again(settings: Settings) -> None:
    with closing(open_qdrant(settings)) as client:
        fill(client, "one")
        fill(client, "two_b")  # a name that begins like the first restored one
        before, archive = (dump(client, "one"), dump(client, "two_b")), back_up(client, "one")
        for into, part in zip(("two", *"abcdefghij"), (*KEPT_COLLECTIONS, "documents"), strict=False):
            with pytest.raises(Killed):
                restore_records(client, into, CutArchive(archive, part))  # type: ignore[arg-type] # it is read alone
            assert (dump(client, "one"), dump(client, "two_b")) == before
            with pytest.raises(SettingsError, match=f"A restore into COLLECTION={into} has not ended"):
                refuse_unfinished_restore(client, into)
            refuse_unfinished_restore(client, "one")
            restore_records(client, into, archive)
            refuse_unfinished_restore(client, into)
            assert dump(client, into) == before[0]
            assert (dump(client, "one"), dump(client, "two_b")) == before


def test_a_server_that_is_away_fails_no_start() -> None:
    with closing(QdrantClient(url="http://127.0.0.1:9", check_compatibility=False)) as client:
        refuse_unfinished_restore(client, "one")
        with pytest.raises(IndexUnavailable):
            list(read_kept_records(client, "one")["questions"])
