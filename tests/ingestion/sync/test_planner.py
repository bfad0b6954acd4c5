from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.scan.folder_scan import FolderScan, PackedFingerprints
from ingestion.sync.planner import (
    CopyDocument,
    ForgetDocument,
    KeepDocument,
    Operation,
    ReadDocument,
    ReadingRule,
    find_unsettled_files,
    plan_operations,
    select_files_to_hash,
)
from ingestion.sync.retries import MAX_RETRY_SECONDS
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState, Fingerprint, make_content_version
from tests.ingestion.scan.samples import NOW, PIPELINE, Folder, failing, folder, known, ledger, print_of

OTHER = print_of("x", touch=9)


@dataclass(frozen=True, slots=True)
class Case:
    folder: Folder
    ledger: Mapping[str, Document]
    operations: list[Operation]
    strays: tuple[str, ...] = ()
    forced: frozenset[str] = field(default_factory=frozenset)
    unhashed: frozenset[str] = field(default_factory=frozenset)


def titled(path: str, content: str, title: str) -> dict[str, Document]:
    return {path: replace(known(path, content), title=title)}


CASES = {
    "empty folder": Case(folder(), {}, []),
    "new": Case(folder(a="x"), {}, [ReadDocument("a.md")]),
    "unchanged": Case(folder(a="x"), ledger(a="x"), [KeepDocument("a.md")]),
    "unchanged and searchable by meaning": Case(
        folder(a="x"), ledger(DocumentState.MEANING, a="x"), [KeepDocument("a.md")]
    ),
    "touched": Case(folder(9, a="x"), ledger(a="x"), [KeepDocument("a.md", OTHER)]),
    "changed": Case(folder(a="xx"), ledger(a="x"), [ReadDocument("a.md")]),
    "moved": Case(folder(b="x"), ledger(a="x"), [CopyDocument("b.md", "a.md", moved=True)]),
    "copied": Case(
        folder(a="x", b="x"), ledger(a="x"), [KeepDocument("a.md"), CopyDocument("b.md", "a.md", moved=False)]
    ),
    "moved and copied": Case(
        folder(b="x", c="x"),
        ledger(a="x"),
        [CopyDocument("c.md", "a.md", moved=False), CopyDocument("b.md", "a.md", moved=True)],
    ),
    "one of two twins moved": Case(
        folder(a="x", c="x"), ledger(a="x", b="x"), [KeepDocument("a.md"), CopyDocument("c.md", "b.md", moved=True)]
    ),
    "moved onto another": Case(folder(b="x"), ledger(a="x", b="yy"), [CopyDocument("b.md", "a.md", moved=True)]),
    "two swapped their names": Case(
        folder(a="y", b="x"),
        ledger(a="x", b="y"),
        [CopyDocument("a.md", "b.md", moved=False), CopyDocument("b.md", "a.md", moved=False)],
    ),
    "moved, titled by its name": Case(
        folder(b="x"), titled("a.md", "x", "a"), [ReadDocument("b.md"), ForgetDocument("a.md")]
    ),
    "moved to another folder, titled by its name": Case(
        Folder({"f/a.md": "x"}), titled("a.md", "x", "a"), [CopyDocument("f/a.md", "a.md", moved=True)]
    ),
    "renamed to another format": Case(
        Folder({"a.txt": "x"}), ledger(a="x"), [ReadDocument("a.txt"), ForgetDocument("a.md")]
    ),
    "deleted": Case(folder(), ledger(a="x"), [ForgetDocument("a.md")]),
    "deleted, a part unseen": Case(folder(unseen={"d": "EACCES"}), ledger(a="x"), []),
    "moved, a part unseen": Case(
        folder(unseen={"d": "EACCES"}, b="x"), ledger(a="x"), [CopyDocument("b.md", "a.md", moved=False)]
    ),
    "stray passages": Case(folder(), {}, [ForgetDocument("s.md")], strays=("s.md",)),
    "stray passages, a part unseen": Case(folder(unseen={"d": "EACCES"}), {}, [], strays=("s.md",)),
    "stray passages of a file that is there": Case(folder(s="x"), {}, [ReadDocument("s.md")], strays=("s.md",)),
    "failed for good": Case(folder(a="x"), failing("x", None), [KeepDocument("a.md")]),
    "failed for good, touched": Case(folder(9, a="x"), failing("x", None), [KeepDocument("a.md", OTHER)]),
    "failed for good, changed": Case(folder(a="xx"), failing("x", None), [ReadDocument("a.md")]),
    "failed for good, deleted": Case(folder(), failing("x", None), [ForgetDocument("a.md")]),
    "failed for good, its twin is read": Case(
        folder(a="x", b="x"), failing("x", None), [KeepDocument("a.md"), ReadDocument("b.md")]
    ),
    "failed, still resting": Case(folder(a="x"), failing("x", NOW + 1), [KeepDocument("a.md")]),
    "failed, rested": Case(folder(a="x"), failing("x", NOW), [ReadDocument("a.md")]),
    "failed, still resting, its file was touched": Case(
        folder(9, a="x"), failing("x", NOW + 1), [ReadDocument("a.md")]
    ),
    "failed, then the clock was put back": Case(
        folder(a="x"), failing("x", NOW + MAX_RETRY_SECONDS + 1), [ReadDocument("a.md")]
    ),
    "left being read by a crash": Case(folder(a="x"), ledger(DocumentState.READING, a="x"), [ReadDocument("a.md")]),
    "left being read, its twin stands": Case(
        folder(a="x", b="x"),
        {**ledger(DocumentState.READING, a="x"), **ledger(b="x")},
        [KeepDocument("b.md"), CopyDocument("a.md", "b.md", moved=False)],
    ),
    "forced": Case(folder(a="x"), ledger(a="x"), [ReadDocument("a.md")], forced=frozenset({"a.md"})),
    "forced, though its twin stands": Case(
        folder(a="x", b="x"),
        ledger(a="x", b="x"),
        [KeepDocument("b.md"), ReadDocument("a.md")],
        forced=frozenset({"a.md"}),
    ),
    "forced, failed for good": Case(
        folder(a="x"), failing("x", None), [ReadDocument("a.md")], forced=frozenset({"a.md"})
    ),
    "read by an older pipeline": Case(folder(a="x"), ledger(pipeline="0", a="x"), [ReadDocument("a.md")]),
    "cannot be hashed": Case(folder(a="xx"), ledger(a="x"), [], unhashed=frozenset({"a.md"})),
    "reads come before forgets": Case(folder(b="y"), ledger(a="x"), [ReadDocument("b.md"), ForgetDocument("a.md")]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_plan(name: str) -> None:
    case = CASES[name]
    assert planned(case) == case.operations


def planned(case: Case) -> list[Operation]:
    look, known = case.folder.look, dict(case.ledger)
    rule = ReadingRule(lambda _: PIPELINE, NOW, case.forced)
    asked = select_files_to_hash(look, known, rule)
    hashes = {path: case.folder.contents[path] for path in asked if path not in case.unhashed}
    return plan_operations(look, hashes, known, rule, case.strays)


def test_only_what_is_not_known_is_hashed() -> None:
    known = {**ledger(a="x", b="x"), **failing("x", None, "c.md")}
    look = folder(a="x", b="xx", c="x", d="x").look
    assert select_files_to_hash(look, known, ReadingRule(lambda _: PIPELINE, NOW)) == ["b.md", "d.md"]
    forced = ReadingRule(lambda _: PIPELINE, NOW, frozenset({"a.md"}))
    assert select_files_to_hash(look, known, forced) == [
        "a.md",
        "b.md",
        "d.md",
    ]


@pytest.mark.parametrize(("age", "moving"), [(0.0, True), (0.9, True), (1.0, False), (60.0, False), (-5.0, False)])
def test_a_file_that_changed_just_now_is_left_for_later(age: float, *, moving: bool) -> None:
    changed = int((NOW - age) * 1e9)
    look = FolderScan(PackedFingerprints({"a.md": Fingerprint(1, 0, changed, 1)}))
    assert find_unsettled_files(look, NOW, 1.0) == (frozenset({"a.md"}) if moving else frozenset())


# Any folder against any ledger: a small model of the index carries the plan out.
PATHS = st.sampled_from(
    [f"{folder}{name}.{suffix}" for folder in ("", "f/") for name in "ab" for suffix in ("md", "txt")]
)
CONTENTS = st.sampled_from(["x", "y", "zz"])
STATES = st.sampled_from(DocumentState)
RETRIES = st.sampled_from([None, NOW - 1, NOW + 1, NOW + 2 * MAX_RETRY_SECONDS])


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, Document]:
    documents = {}
    for path, content in draw(st.dictionaries(PATHS, CONTENTS)).items():
        document = known(path, content, draw(STATES), draw(st.sampled_from([PIPELINE, "0"])))
        title = draw(st.sampled_from(["A title", path.rsplit("/")[-1].split(".")[0]]))
        retry_at = draw(RETRIES) if document.state is DocumentState.FAILED else None
        documents[path] = replace(document, title=title, retry_at=retry_at)
    return documents


def carried_out(
    operations: list[Operation], folder: Folder, before: dict[str, Document], strays: set[str]
) -> tuple[dict[str, Document], set[str]]:
    """The ledger after these operations, each of which must be possible when its turn comes."""
    after, left = dict(before), set(strays)
    for operation in operations:
        match operation:
            case KeepDocument(path, touched):
                after[path] = replace(after[path], fingerprint=touched or after[path].fingerprint)
            case CopyDocument(path, source, moved):
                given = after[source]
                assert given.state in SEARCHABLE_STATES
                if given.version == make_content_version(folder.contents[path], PIPELINE):
                    after[path] = replace(given, path=path, fingerprint=folder.look.files[path])
                else:  # it gave its place to another in a swap: the worker reads instead
                    after[path] = replace(known(path, folder.contents[path]), fingerprint=folder.look.files[path])
                if moved:
                    del after[source]
            case ReadDocument(path):
                after[path] = replace(known(path, folder.contents[path]), fingerprint=folder.look.files[path])
                left.discard(path)
            case ForgetDocument(path):
                after.pop(path, None)
                left.discard(path)
    return after, left


@given(st.dictionaries(PATHS, CONTENTS), st.integers(0, 1), ledgers(), st.sets(PATHS))
def test_after_a_plan_there_is_nothing_left_to_do(
    contents: dict[str, str], touch: int, before: dict[str, Document], strays: set[str]
) -> None:
    folder_ = Folder(contents, touch)
    first = planned(Case(folder_, before, [], strays=tuple(strays - before.keys())))
    after, left = carried_out(first, folder_, before, strays - before.keys())
    assert after.keys() == contents.keys()
    assert left <= after.keys()
    assert planned(Case(folder_, after, [], strays=tuple(left - after.keys()))) == [
        KeepDocument(path) for path in contents
    ]


@given(st.dictionaries(PATHS, CONTENTS), ledgers(), st.sets(PATHS))
def test_where_a_part_is_unseen_nothing_is_lost(
    contents: dict[str, str], before: dict[str, Document], strays: set[str]
) -> None:
    folder_ = Folder(contents, unseen={"f": "EACCES"})
    operations = planned(Case(folder_, before, [], strays=tuple(strays)))
    assert not [operation for operation in operations if isinstance(operation, ForgetDocument)]
    assert not [operation for operation in operations if isinstance(operation, CopyDocument) and operation.moved]
