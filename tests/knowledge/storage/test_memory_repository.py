"""Records in memory behave as those in Qdrant do, for what private answers ask of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from knowledge.core.stored_record import StoredRecord
from knowledge.storage.memory_repository import MemoryRepository
from knowledge.storage.record_repository import Repository
from tests.doubles.temporary_qdrant import open_temporary_qdrant

FIRST, SECOND = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


@dataclass(frozen=True, slots=True)
class Note(StoredRecord):
    name: str
    claim: str = ""


@pytest.fixture(params=["memory", "qdrant"])
def notes(request: pytest.FixtureRequest) -> MemoryRepository[Note] | Repository[Note]:
    if request.param == "memory":
        return MemoryRepository()
    return Repository(open_temporary_qdrant(), "notes", Note)


def test_records_are_written_read_found_and_deleted(notes: MemoryRepository[Note] | Repository[Note]) -> None:
    assert notes.get_record(FIRST) is None
    assert [*notes.list_records()] == []
    notes.put_record(FIRST, Note("a"))
    notes.put_record(SECOND, Note("b"))
    notes.put_record(SECOND, Note("c"))
    assert notes.get_record(SECOND) == Note("c")
    assert {note.name for note in notes.list_records()} == {"a", "c"}
    assert [*notes.find_records(name="c")] == [Note("c")]
    notes.delete_records([SECOND, "00000000-0000-0000-0000-000000000009"])
    assert [*notes.list_records()] == [Note("a")]


def test_a_record_is_replaced_only_if_it_holds_what_is_expected(
    notes: MemoryRepository[Note] | Repository[Note],
) -> None:
    notes.replace_record(FIRST, Note("a", "mine"), claim="")
    assert notes.get_record(FIRST) is None
    notes.put_record(FIRST, Note("a"))
    notes.replace_record(FIRST, replace(Note("a"), claim="mine"), claim="")
    notes.replace_record(FIRST, replace(Note("a"), claim="yours"), claim="")
    assert notes.get_record(FIRST) == Note("a", "mine")
