"""A file is opened through the very folders that were seen, and what a reader gets nobody can change or exchange."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.scan import document_file
from ingestion.scan.document_file import DocumentFile, fingerprint_from_stat
from ingestion.scan.folder_scan import scan_folder
from ingestion.scan.safe_open import FolderTree
from knowledge.core.failures import BusyDocument, SouffleurError, UnreadableDocument, VanishedDocument

PUBLIC, PRIVATE = "public", "private"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a public file, and a private folder that is laid out like the public one."""
    for folder, text in (("root/a/b", PUBLIC), ("root/#finance/b", PRIVATE), ("outside/b", PRIVATE)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.md").write_text(text)
    return tmp_path / "root"


def _link_folder(root: Path) -> None:
    shutil.rmtree(root / "a")
    (root / "a").symlink_to("#finance")


def _link_inner_folder(root: Path) -> None:
    shutil.rmtree(root / "a" / "b")
    (root / "a" / "b").symlink_to(root.parent / "outside" / "b")


def _link_file(root: Path) -> None:
    (root / "a" / "b" / "x.md").unlink()
    (root / "a" / "b" / "x.md").symlink_to(root / "#finance" / "b" / "x.md")


def _exchange_folder(root: Path) -> None:
    (root / "a").rename(root / "c")
    (root / "#finance").rename(root / "a")


def _remove_folder(root: Path) -> None:
    shutil.rmtree(root / "a")


@pytest.mark.parametrize(
    "change",
    [_link_folder, _link_inner_folder, _link_file, _exchange_folder, _remove_folder],
    ids=lambda one: one.__name__,
)
def test_what_takes_the_place_of_a_folder_or_file_is_not_opened(root: Path, change: Callable[[Path], None]) -> None:
    scan = scan_folder(root)
    file = DocumentFile(scan.tree, "a/b/x.md")
    assert file.compute_content_hash()
    change(root)
    for look in (file.check_unchanged, file.compute_content_hash, lambda: _read(file)):
        with pytest.raises(VanishedDocument, match=r"^x\.md is not there any more\.$"):
            look()


@pytest.mark.parametrize("change", [_link_folder, _link_inner_folder, _link_file], ids=lambda one: one.__name__)
def test_without_a_scan_no_link_is_followed_either(root: Path, change: Callable[[Path], None]) -> None:
    """A worker of a cluster sees the folder by a mount of its own, in which folders have other identities."""
    change(root)
    with pytest.raises(VanishedDocument):
        DocumentFile(FolderTree(root), "a/b/x.md").compute_content_hash()


def test_a_file_that_changes_while_it_is_copied_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = document_file._copy_and_hash

    def copy_and_change(source: int, target: int | None, most: int | None = None) -> str:
        sha256 = copy(source, target, most)
        (root / "a" / "b" / "x.md").write_text("other words")
        return sha256

    seen = fingerprint_from_stat((root / "a" / "b" / "x.md").stat())
    monkeypatch.setattr(document_file, "_copy_and_hash", copy_and_change)
    with pytest.raises(BusyDocument, match="changed"):
        _read(DocumentFile(FolderTree(root), "a/b/x.md", seen))


def test_a_pipe_in_the_place_of_a_file_makes_nobody_wait(root: Path) -> None:
    (root / "a" / "b" / "x.md").unlink()
    os.mkfifo(root / "a" / "b" / "x.md")
    with pytest.raises(BusyDocument, match=r"^x\.md cannot be opened"):
        _read(DocumentFile(FolderTree(root), "a/b/x.md"))


def test_the_root_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert _read(DocumentFile(scan_folder(tmp_path / "link").tree, "a/b/x.md")) == PUBLIC.encode()


def test_another_file_or_content_than_the_one_asked_for_is_refused(root: Path) -> None:
    tree, path = FolderTree(root), root / "a" / "b" / "x.md"
    file = DocumentFile(tree, "a/b/x.md", sha256="0" * 64)
    with pytest.raises(BusyDocument, match=r"^x\.md changed while it was read\.$"):
        _read(file)
    fingerprint = fingerprint_from_stat(path.stat())
    path.write_text("another text")
    with pytest.raises(BusyDocument, match=r"^x\.md changed while it was read\.$"):
        DocumentFile(tree, "a/b/x.md", fingerprint).check_unchanged()


def test_a_snapshot_can_be_changed_by_nobody(root: Path) -> None:
    file = DocumentFile(FolderTree(root), "a/b/x.md")
    with file.open_snapshot(1) as snapshot:
        (root / "a" / "b" / "x.md").write_text("written meanwhile")
        for change in (lambda: os.pwrite(snapshot, b"x", 0), lambda: os.ftruncate(snapshot, 0)):
            with pytest.raises(PermissionError):
                change()
        assert os.pread(snapshot, 100, 0) == PUBLIC.encode()


def test_the_parts_of_a_document_share_one_snapshot_until_it_is_closed(root: Path) -> None:
    file = DocumentFile(FolderTree(root), "a/b/x.md")
    before = _count_descriptors()
    with file.open_snapshot(1, is_kept=True) as first:
        (root / "a" / "b" / "x.md").write_text("written meanwhile")
        with file.open_snapshot(1, is_kept=True) as second:
            assert os.pread(first, 100, 0) == os.pread(second, 100, 0) == PUBLIC.encode()
            file.close()
            assert os.pread(second, 100, 0) == PUBLIC.encode()
    assert _count_descriptors() == before


def test_refusals_leave_nothing_open(root: Path) -> None:
    (root / "a" / "b" / "x.md").write_bytes(b"x" * (1 << 20) + b"x")
    before = _count_descriptors()
    refused: list[type[Exception]] = []
    for file in (
        DocumentFile(FolderTree(root), "a/b/x.md"),
        DocumentFile(FolderTree(root), "a/b/none.md"),
        DocumentFile(FolderTree(root), "a/none/x.md"),
        DocumentFile(FolderTree(root, {"a": (0, 0)}), "a/b/x.md"),
    ):
        try:
            _read(file)
        except SouffleurError as error:
            refused.append(type(error))
    assert refused == [UnreadableDocument, *[VanishedDocument] * 3]
    assert _count_descriptors() == before


def _read(file: DocumentFile) -> bytes:
    with file.open_snapshot(1) as snapshot:
        return os.pread(snapshot, 1 << 20, 0)


def _count_descriptors() -> int:
    return len(os.listdir("/dev/fd"))
