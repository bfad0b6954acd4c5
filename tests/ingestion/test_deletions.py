"""Mass deletions wait for a person; an unmounted folder deletes nothing; a confirmation lets through what it covers."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from ingestion.deletions import MARKER_FILE, DeletionGuard, FolderMarker, MassDeletionLimit
from ingestion.scan.folder_scan import ScanCache
from ingestion.sync.progress import PassSummary
from ingestion.sync.reconciler import Reconciler
from knowledge.core.documents import DocumentState
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import DeletionHold, DeletionHolds
from tests.ingestion.worker_setup import Bench


def _hold(count: int, *, confirmed: bool = False) -> DeletionHold:
    return DeletionHold(count, 100, _paths(count), "many", 0.0, confirmed_by="U1" if confirmed else None)


def _paths(count: int, first: int = 0) -> tuple[str, ...]:
    return tuple(f"{n}.md" for n in range(first, first + count))


@pytest.mark.parametrize(
    ("missing", "known", "mounted", "hold", "verdict"),
    [
        pytest.param(0, 100, True, None, None, id="nothing missing"),
        pytest.param(0, 100, False, None, None, id="nothing missing, and no marker"),
        pytest.param(20, 40, True, None, None, id="as many as are let through"),
        pytest.param(21, 200, True, None, None, id="many, but a small share"),
        pytest.param(21, 100, True, None, "many", id="many, and a large share"),
        pytest.param(1, 100, False, None, "unmounted", id="one, and no marker"),
        pytest.param(50, 100, True, _hold(50), "many", id="held, not confirmed"),
        pytest.param(50, 100, True, _hold(50, confirmed=True), None, id="confirmed"),
        pytest.param(40, 100, False, _hold(50, confirmed=True), None, id="confirmed, and some are back"),
        pytest.param(51, 100, True, _hold(50, confirmed=True), "many", id="more than was confirmed"),
    ],
)
def test_the_brake(missing: int, known: int, mounted: bool, hold: DeletionHold | None, verdict: str | None) -> None:
    assert (
        MassDeletionLimit(20, 20).choose_hold_reason(_paths(missing), known, is_mounted=mounted, hold=hold) == verdict
    )


def test_a_confirmation_does_not_cover_as_many_others() -> None:
    brake, hold = MassDeletionLimit(20, 20), _hold(50, confirmed=True)
    assert brake.choose_hold_reason(_paths(50, first=1), 100, is_mounted=True, hold=hold) == "many"


@pytest.fixture
def holds(client: QdrantClient) -> DeletionHolds:
    return DeletionHolds(client, "t")


@pytest.fixture
def _read_only_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no marker be written: whoever runs the tests may be root, who writes everywhere."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(FolderMarker, "_write_marker_file", refuse)


@pytest.fixture
def braked(bench: Bench, client: QdrantClient, holds: DeletionHolds) -> Callable[[], Reconciler]:
    """A worker after a start, with a limit of two deletions at once."""

    def start() -> Reconciler:
        deletions = DeletionGuard(MassDeletionLimit(2, 20), FolderMarker(bench.root, client, "t"), holds)
        return bench.make_worker(deletions=deletions)

    return start


def _fill(bench: Bench, count: int = 4) -> None:
    for n in range(count):
        bench.drop(f"{n}.md", f"# Page {n}\n\nThe orchard holds {n} pear trees, and nobody counts them.")


def test_a_mass_deletion_is_held_until_it_is_confirmed(
    bench: Bench, braked: Callable[[], Reconciler], holds: DeletionHolds
) -> None:
    _fill(bench)
    worker = braked()
    worker.run_pass()
    for n in range(3):
        (bench.root / f"{n}.md").unlink()
    held = worker.run_pass()
    assert (held.held, held.deleted) == (3, 0)
    assert bench.found("pear trees") == {"0.md", "1.md", "2.md", "3.md"}
    hold = holds.get_deletion_hold()
    assert hold is not None
    assert (hold.count, hold.known, hold.reason, hold.paths) == (3, 4, "many", ("0.md", "1.md", "2.md"))
    holds.confirm_held_deletions("U1")
    through = worker.run_pass()
    assert (through.held, through.deleted) == (0, 3)
    assert bench.found("pear trees") == {"3.md"}
    assert holds.get_deletion_hold() is None


def test_what_comes_back_is_not_deleted_and_the_hold_ends(
    bench: Bench, braked: Callable[[], Reconciler], holds: DeletionHolds
) -> None:
    _fill(bench)
    worker = braked()
    worker.run_pass()
    away = bench.root.parent / "away"
    away.mkdir()
    for path in list(bench.root.glob("*.md")):
        path.rename(away / path.name)
    assert worker.run_pass().held == 4
    for path in list(away.glob("*.md")):
        path.rename(bench.root / path.name)
    back = worker.run_pass()
    assert (back.held, back.deleted, back.indexed) == (0, 0, 0)
    assert holds.get_deletion_hold() is None


def test_a_folder_whose_disk_is_not_mounted_deletes_nothing(
    bench: Bench, braked: Callable[[], Reconciler], holds: DeletionHolds
) -> None:
    _fill(bench, 1)
    braked().run_pass()
    mounted = bench.root.rename(bench.root.parent / "mounted")
    bench.root.mkdir()
    assert braked().run_pass().held == 1
    assert (hold := holds.get_deletion_hold()) is not None
    assert hold.reason == "unmounted"
    bench.root.rmdir()
    mounted.rename(bench.root)
    summary = braked().run_pass()
    assert (summary.held, summary.deleted) == (0, 0)
    assert holds.get_deletion_hold() is None


def test_another_folder_on_the_same_index_deletes_nothing(bench: Bench, braked: Callable[[], Reconciler]) -> None:
    _fill(bench, 2)
    braked().run_pass()
    shutil.rmtree(bench.root)
    bench.drop("other.md", "# Other\n\nA folder that was never indexed, with one page in it.")
    assert braked().run_pass().held == 2


def test_the_last_document_may_go_while_the_marker_stands(bench: Bench, braked: Callable[[], Reconciler]) -> None:
    _fill(bench, 1)
    worker = braked()
    worker.run_pass()
    (bench.root / "0.md").unlink()
    assert worker.run_pass().deleted == 1


def test_a_marker_that_was_deleted_comes_back_while_nothing_is_missing(
    bench: Bench, braked: Callable[[], Reconciler]
) -> None:
    _fill(bench, 1)
    braked().run_pass()
    name = (bench.root / MARKER_FILE).read_text().splitlines()[0]
    (bench.root / MARKER_FILE).unlink()
    assert braked().run_pass().held == 0
    assert (bench.root / MARKER_FILE).read_text().splitlines()[0] == name


def test_a_folder_without_a_marker_is_proved_by_a_document(client: QdrantClient, tmp_path: Path) -> None:
    anchor = FolderMarker(tmp_path / "read-only", client, "t")
    anchor.write_marker()
    assert anchor.is_indexed_folder(recognised=True)
    assert not anchor.is_indexed_folder(recognised=False)


@pytest.mark.usefixtures("_read_only_folder")
def test_a_read_only_folder_whose_disk_is_not_mounted_deletes_nothing(
    bench: Bench, braked: Callable[[], Reconciler], holds: DeletionHolds
) -> None:
    """In Compose the folder is mounted read-only, so it has no marker; below the mount may lie some other file."""
    _fill(bench, 2)
    braked().run_pass()
    assert not (bench.root / MARKER_FILE).exists()
    mounted = bench.root.rename(bench.root.parent / "mounted")
    bench.drop("below.md", "# Below\n\nA page that lies where the disk should be mounted, and was never read.")
    assert braked().run_pass().held == 2
    assert (hold := holds.get_deletion_hold()) is not None
    assert hold.reason == "unmounted"
    shutil.rmtree(bench.root)
    mounted.rename(bench.root)
    (bench.root / "0.md").unlink()
    assert braked().run_pass().held == 0


@pytest.mark.usefixtures("_read_only_folder")
def test_a_read_only_folder_is_known_again_by_documents_that_were_moved(
    bench: Bench, braked: Callable[[], Reconciler]
) -> None:
    _fill(bench, 2)
    braked().run_pass()
    (bench.root / "0.md").rename(bench.root / "moved.md")
    (bench.root / "1.md").unlink()
    assert braked().run_pass().held == 0


def _summary(unchanged: int = 0, indexed: int = 0) -> PassSummary:
    return PassSummary(unchanged + indexed, indexed, unchanged, 0, 0, (), 0, 0.0)


def test_trust_lasts_while_nothing_changes_and_no_longer_than_it_was_given() -> None:
    now = [0.0]
    trust = ScanCache(10, lambda: now[0])
    assert trust.get_unchanged_summary(1) is None
    assert not trust.begin_pass()
    trust.end_pass(1, _summary(indexed=2), is_settled=True)
    assert trust.get_unchanged_summary(1) == _summary(unchanged=2)
    assert trust.get_unchanged_summary(2) is None
    now[0] = 10.0
    assert trust.get_unchanged_summary(1) is None


def test_a_pass_that_fails_leaves_no_trust() -> None:
    trust = ScanCache(10, lambda: 0.0)
    trust.begin_pass()
    trust.end_pass(1, _summary(), is_settled=True)
    assert trust.begin_pass()
    assert trust.get_unchanged_summary(1) is None
    assert not trust.begin_pass()


def test_a_folder_that_could_not_be_seen_whole_is_not_trusted() -> None:
    trust = ScanCache(10, lambda: 0.0)
    trust.begin_pass()
    trust.end_pass(None, _summary(), is_settled=True)
    assert trust.get_unchanged_summary(None) is None


def test_an_unchanged_folder_is_left_alone(bench: Bench, client: QdrantClient) -> None:
    """Without trust, the emptied index would be noticed: that it is not shows that Qdrant was not asked."""
    _fill(bench, 2)
    worker = bench.make_worker(scan_cache_seconds=60)
    worker.run_pass()
    client.delete_collection(bench.index.collection)
    assert worker.run_pass().unchanged == 2
    bench.drop("2.md", "# Page 2\n\nA third page makes the folder another.")
    with pytest.raises(IndexUnavailable, match="A collection of the index is missing"):
        worker.run_pass()
    assert worker.run_pass().indexed == 3


def test_a_crash_while_the_marker_is_written_leaves_no_half_a_name(
    tmp_path: Path, client: QdrantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "marked"
    folder.mkdir()

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(os, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            FolderMarker(folder, client, "t").write_marker()
    assert not (folder / MARKER_FILE).exists()
    FolderMarker(folder, client, "t").write_marker()
    assert FolderMarker(folder, client, "t").is_indexed_folder(recognised=False)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "part is a pipe", "part is a link", "endless"])
def test_whatever_stands_where_the_marker_should_holds_no_pass_up(
    bench: Bench, braked: Callable[[], Reconciler], kind: str
) -> None:
    marker, part = bench.root / MARKER_FILE, bench.root / f"{MARKER_FILE}.part"
    elsewhere = bench.root.parent / "elsewhere"
    elsewhere.write_text("untouched")
    match kind:
        case "pipe":
            os.mkfifo(marker)
        case "link":
            marker.symlink_to(elsewhere)
        case "folder":
            marker.mkdir()
        case "part is a pipe":
            os.mkfifo(part)
        case "part is a link":
            part.symlink_to(elsewhere)
        case _:
            marker.symlink_to("/dev/zero")
    bench.drop("a.md", "un texte")
    assert braked().run_pass().indexed == 1
    assert elsewhere.read_text() == "untouched"


def test_what_is_left_out_from_now_on_leaves_the_index_without_a_confirmation(
    bench: Bench, braked: Callable[[], Reconciler]
) -> None:
    _fill(bench, 2)
    for n in range(4):
        bench.drop(f"app/built/{n}.md", f"# Build {n}\n\nThe orchard was built {n} times.")
    worker = braked()
    worker.run_pass()
    assert len(bench.found("orchard")) == 6
    bench.drop("app/.git", "gitdir: elsewhere")
    bench.drop("app/.gitignore", "built/\n")
    summary = worker.run_pass()
    assert (summary.held, summary.deleted, summary.documents) == (0, 4, 2)
    assert bench.found("orchard") == {"0.md", "1.md"}


def test_a_folder_that_went_before_it_was_read_asks_for_no_confirmation(
    bench: Bench, braked: Callable[[], Reconciler], holds: DeletionHolds
) -> None:
    _fill(bench, 2)
    for n in range(6):
        bench.drop(f"new/{n}.docx", b"PK\x03\x04 half a copy")
    worker = braked()
    assert len(worker.run_pass().failed) == 6
    shutil.rmtree(bench.root / "new")
    summary = worker.run_pass()
    assert (summary.held, summary.deleted) == (0, 6)
    assert holds.get_deletion_hold() is None


def test_a_document_that_is_read_again_still_counts_as_read(
    bench: Bench, braked: Callable[[], Reconciler], holds: DeletionHolds
) -> None:
    _fill(bench)
    braked().run_pass()
    for path, document in bench.ledger.list_documents().items():  # as a worker leaves it that was stopped in between
        bench.ledger.save_documents(replace(document, state=DocumentState.READING, passages=0))
        (bench.root / path).unlink()
    assert braked().run_pass().held == 4
