from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.scan.document_file import DocumentFile, fingerprint_from_stat
from ingestion.scan.folder_scan import FolderScan, PackedFingerprints, scan_folder
from knowledge.core.failures import BusyDocument, VanishedDocument
from tests.ingestion.worker_setup import document_file, too_deep
from tests.torture.permissions import without_root_privileges


def test_files_are_seen_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    for path in ("a.md", "b/été.txt", "b/c/x.pdf"):
        (tmp_path / path).write_text(path)
    seen = scan_folder(tmp_path)
    assert list(seen.files) == ["a.md", "b/c/x.pdf", "b/été.txt"]
    assert seen.files["a.md"] == fingerprint_from_stat((tmp_path / "a.md").stat())
    assert seen.is_complete


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder under 1,100 others: an operating system takes more, and Python recurses less."""
    folders = [tmp_path / ("a/" * depth) for depth in range(1, 1_101)]
    for folder in folders:
        folder.mkdir()
    yield folders[-1]
    for folder in reversed(folders):  # pytest cleans up by recursion
        for file in folder.glob("*.md"):
            file.unlink()
        folder.rmdir()


def test_a_file_under_more_folders_than_python_recurses_is_seen(tmp_path: Path, deep: Path) -> None:
    (deep / "b.md").write_text("# Deep")
    (tmp_path / "z.md").write_text("# After it")
    seen = scan_folder(tmp_path)
    assert seen.is_complete
    assert list(seen.files) == ["a/" * 1_100 + "b.md", "z.md"]


PASSING = [
    ".hidden",
    "~$lock.docx",
    "a.md~",
    "a.part",
    "A.PART",
    "a.crdownload",
    ".a.md.swp",
    "a.tmp",
    "Thumbs.db",
    "desktop.ini",
    ".syncthing.a.md.tmp",
    ".stignore",
    ".~lock.a.odt#",
    "a.md.8fc21d3e.partial",
    ".a.md.~4f2",
]
CONFLICT_COPIES = [
    "plan.sync-conflict-20261130-120000-ABCDEFG.md",
    "plan (conflicted copy 2026-11-30 120000).md",
    "plan (Alice Martin's conflicted copy 2026-11-30).docx",
    "plan (Alice's Conflicted Copy 2026-11-30 (1)).docx",
    "plan_conflict-20261130-120000.md",
    "plan.md.conflict1",
]


@pytest.mark.parametrize("name", PASSING)
def test_what_only_passes_through_is_no_document(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    assert scan_folder(tmp_path) == FolderScan(PackedFingerprints())


@pytest.mark.parametrize("name", CONFLICT_COPIES)
def test_a_conflict_copy_is_reported_and_not_answered_from(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / "plan.md").write_text("x")
    seen = scan_folder(tmp_path)
    assert (list(seen.files), seen.is_complete) == (["plan.md"], True)
    assert seen.badly_named[name].startswith("is a conflict copy of a sync program: merge it")


@pytest.mark.parametrize("name", ["conflict-20261130.md", "The conflicted copy.md", "sync-conflict.md", "conflict1.md"])
def test_a_document_about_conflicts_is_a_document(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    assert list(scan_folder(tmp_path).files) == [name]


@pytest.mark.parametrize(
    "name",
    [".git", ".stversions", ".stfolder", "$RECYCLE.BIN", "lost+found", "~snapshot", "node_modules", "__pycache__"],
)
def test_hidden_folders_and_those_of_programs_are_not_entered(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.md").write_text("x")
    assert scan_folder(tmp_path) == FolderScan(PackedFingerprints())


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "secret.md").write_text("x")
    (root / "file.md").symlink_to(outside / "secret.md")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "broken.md").symlink_to(root / "nowhere")
    assert scan_folder(root) == FolderScan(PackedFingerprints())


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("s.md")
        yield


def test_what_is_no_file_is_no_document(tmp_path: Path, listening: None) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert scan_folder(tmp_path) == FolderScan(PackedFingerprints())


@pytest.mark.parametrize(
    "name", ["Guide\u00a0: édition.md", "famille 👨‍👩‍👧.md", "a\u00adb.md", "名前.md", "e\u0301.md"]
)
def test_unusual_names_are_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    assert list(scan_folder(tmp_path).files) == [name]


@pytest.mark.parametrize("name", [b"caf\xe9.md", b"a\nb.md", b"a\x1b[2Jb.md"])
def test_a_name_that_is_no_text_is_reported_and_hides_nothing(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "a.md").write_text("x")
    with open(os.path.join(os.fsencode(tmp_path), name), "wb"):  # noqa: PTH118, PTH123  # a Path holds no such name
        pass
    seen = scan_folder(tmp_path)
    assert list(seen.files) == ["a.md"]
    assert seen.is_complete
    ((shown, reason),) = seen.badly_named.items()
    assert shown.isprintable()
    assert reason == "has a name that is not valid text: rename it"


def test_a_root_that_is_away_hides_everything(tmp_path: Path) -> None:
    seen = scan_folder(tmp_path / "away")
    assert not seen.is_complete
    assert seen.unseen == {".": "cannot be listed (No such file or directory)"}


def test_a_folder_that_may_not_be_entered_hides_a_part(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "a.md").write_text("x")
    for mode, said in ((0, "cannot be listed (Permission denied)"), (0o400, "cannot be looked at (Permission denied)")):
        closed.chmod(mode)
        with without_root_privileges():
            seen = scan_folder(tmp_path)
        assert (list(seen.files), list(seen.unseen.values())) == ([], [said])
    closed.chmod(0o700)


def test_names_that_differ_in_form_or_case_alone_are_two_documents(tmp_path: Path) -> None:
    names = ["e\u0301.md", "\u00e9.md", "A.md", "a.md"]
    for name in names:
        (tmp_path / name).write_text(name)
    assert sorted(scan_folder(tmp_path).files) == sorted(names)


def test_a_path_too_long_to_be_looked_into_hides_a_part(tmp_path: Path) -> None:
    too_deep(tmp_path)
    (tmp_path / "a.md").write_text("x")
    seen = scan_folder(tmp_path)
    assert list(seen.files) == ["a.md"]
    assert list(seen.unseen.values()) == ["cannot be listed (File name too long)"]


def test_a_vanished_file_is_told_from_one_that_cannot_be_opened(tmp_path: Path) -> None:
    for ask in (DocumentFile.compute_content_hash, DocumentFile.check_unchanged):
        with pytest.raises(VanishedDocument, match=r"^a\.md is not there any more\.$"):
            ask(document_file(tmp_path / "a.md"))
    with pytest.raises(BusyDocument, match=r"cannot be opened \(Is a directory\)"):
        document_file(tmp_path).compute_content_hash()


def test_the_hash_is_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 1_000_000)
    (tmp_path / "b").write_bytes(b"abc" * 1_000_000)
    assert document_file(tmp_path / "a").compute_content_hash() == document_file(tmp_path / "b").compute_content_hash()
    assert len(document_file(tmp_path / "a").compute_content_hash()) == 64
