from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingestion.scan.folder_scan import is_left_out, scan_folder
from ingestion.scan.git_ignores import IGNORE_FILE


def _make(root: Path, *paths: str, **ignored: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    for folder, patterns in ignored.items():
        (root / folder / IGNORE_FILE).write_text(patterns)


def _seen(root: Path) -> set[str]:
    return set(scan_folder(root).files)


def test_what_the_gitignore_of_a_checkout_names_is_left_out(tmp_path: Path) -> None:
    _make(tmp_path, "app/.git/config", "app/README.md", "app/build/a.md", "app/docs/b.log", "app/docs/keep.log")
    _make(tmp_path, app="build/\n*.log\n!keep.log\n/only-here.md\n")
    _make(tmp_path, "app/only-here.md", "app/docs/only-here.md")
    assert _seen(tmp_path) == {"app/README.md", "app/docs/keep.log", "app/docs/only-here.md"}
    assert scan_folder(tmp_path).ignored == {"app/build/a.md", "app/docs/b.log", "app/only-here.md"}


def test_a_deeper_gitignore_goes_before_one_above_but_not_into_an_ignored_folder(tmp_path: Path) -> None:
    _make(tmp_path, "app/.git", "app/docs/a.log", "app/build/a.md")
    _make(tmp_path, app="*.log\nbuild/\n", **{"app/docs": "!a.log\n", "app/build": "!a.md\n"})
    assert _seen(tmp_path) == {"app/docs/a.log"}


@pytest.mark.parametrize("folder", ["", "app"])
def test_outside_of_a_checkout_a_gitignore_says_nothing(tmp_path: Path, folder: str) -> None:
    _make(tmp_path, "app/a.md", "other/.git/config")
    (tmp_path / folder / IGNORE_FILE).write_text("*\n")
    assert _seen(tmp_path) == {"app/a.md"}


def test_a_checkout_inside_another_obeys_both(tmp_path: Path) -> None:
    _make(tmp_path, ".git/config", "a.md", "vendor/lib/.git", "vendor/lib/a.md", "lib/.git", "lib/a.md", "lib/b.tmpl")
    (tmp_path / IGNORE_FILE).write_text("vendor/\n")
    (tmp_path / "lib" / IGNORE_FILE).write_text("*.tmpl\n")
    assert _seen(tmp_path) == {"a.md", "lib/a.md"}


def test_a_gitignore_that_cannot_be_opened_is_told_and_nothing_is_deleted(tmp_path: Path) -> None:
    _make(tmp_path, "app/.git", "app/a.md")
    (tmp_path / "app" / IGNORE_FILE).symlink_to("/etc/passwd")
    scan = scan_folder(tmp_path)
    assert set(scan.files) == {"app/a.md"}
    assert list(scan.unseen) == [f"app/{IGNORE_FILE}"]


def test_patterns_that_would_take_hours_are_passed_over(tmp_path: Path) -> None:
    _make(tmp_path, "app/.git", f"app/{'a' * 200}.md", "app/b.md")
    _make(tmp_path, app="*a" * 40 + "b\n" + "**/a/" * 40 + "b\n" + "b.md\n")
    began = time.process_time()
    assert _seen(tmp_path) == {f"app/{'a' * 200}.md"}
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("path", "is_left"),
    [
        ("app/node_modules/x/README.md", True),
        ("$RECYCLE.BIN/a.docx", True),
        ("lost+found/a.md", True),
        ("~snapshot/a.md", True),
        ("team/a.md", False),
    ],
)
def test_a_path_says_whether_it_is_left_out(path: str, *, is_left: bool) -> None:
    assert is_left_out(path) == is_left
