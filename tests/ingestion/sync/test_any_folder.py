"""Whatever lies in the folder, a pass ends: a wrong rule file closes its folder, a wrong document costs itself alone.

Each example is a real pass over a real folder with the embedded index. `ANY_FOLDERS` says how many there are of each.
"""

from __future__ import annotations

import os
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.reader_processes.pool import ReaderPool
from knowledge.core.documents import SEARCHABLE_STATES, DocumentState
from tests.ingestion.sync.any_folder import (
    DOCUMENTS,
    EVERYBODY,
    FILE_NAMES,
    FINANCE,
    FOLDER_PATHS,
    RULE_ENTRIES,
    RULE_FILE,
    TEXT,
    Content,
    Entry,
    any_folder,
)
from tests.torture.permissions import without_root_privileges

MANY = settings(
    max_examples=int(os.environ.get("ANY_FOLDERS", "12")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@MANY
@given(st.lists(RULE_ENTRIES, min_size=1, max_size=3))
def test_a_rule_file_is_followed_or_closes_its_folder_and_nothing_else(
    reader_pool: ReaderPool, entries: list[Entry]
) -> None:
    with any_folder(reader_pool) as folder:
        places = ["rh", "rh/deep", "rh/\udcff"][: len(entries)]
        for place, entry in zip(places, entries, strict=True):
            (folder.root / place).mkdir(exist_ok=True)
            entry.make(folder.root / place / RULE_FILE)
        with without_root_privileges():
            folder.run_pass_amid_changes()
        told = {problem.folder for problem in folder.list_problems()}
        assert told <= {"rh", "rh/deep", "'rh/\\udcff'"}
        if "rh" in told:
            assert folder.list_documents()["rh/old.md"].audience == {"nobody"}
            assert "rh/old.md" not in folder.find(FINANCE)
        if entries[0].kind != "file":
            assert "rh" in told


@MANY
@given(st.lists(st.tuples(FOLDER_PATHS, FILE_NAMES), min_size=1, max_size=4))
def test_a_file_s_name_costs_that_file_at_most(reader_pool: ReaderPool, names: list[tuple[bytes, bytes]]) -> None:
    with any_folder(reader_pool) as folder:
        for within, name in names:
            with suppress(OSError):  # the file system takes no such name
                folder.drop("rh/" + os.fsdecode(within) + "/" + os.fsdecode(name), TEXT + " Autre.")
        folder.run_pass_amid_changes()
        assert "rh/old.md" in folder.find(EVERYBODY)
        (folder.root / "rh" / "old.md").unlink()
        folder.worker.run_pass()
        assert "rh/old.md" not in folder.find(EVERYBODY)


@MANY
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_a_document_s_content_costs_that_document_at_most(reader_pool: ReaderPool, documents: list[Content]) -> None:
    with any_folder(reader_pool) as folder:
        for n, content in enumerate(documents):
            folder.drop(f"rh/{n}{content.suffix}", content.make())
        folder.run_pass_amid_changes()
        known = folder.list_documents()
        for n, content in enumerate(documents):
            document = known[f"rh/{n}{content.suffix}"]
            assert document.state in SEARCHABLE_STATES or (
                document.state is DocumentState.FAILED and document.failure is not None
            )
        assert "rh/old.md" in folder.find(EVERYBODY)
