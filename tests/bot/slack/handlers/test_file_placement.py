from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.slack.handlers.file_upload import list_upload_folders, open_new_file, sanitize_file_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Guide.pdf", "Guide.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".htaccess", "htaccess"),
        ("...", ""),
        ("", ""),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        ("end. . ", "end"),
        ('what?*"<x>.txt', "whatx.txt"),
        (".souffleur.toml", "souffleur.toml"),
    ],
)
def test_a_name_means_one_file_in_one_folder(given: str, safe: str) -> None:
    assert sanitize_file_name(given) == safe


def test_a_long_name_keeps_its_ending_and_fits_a_disk() -> None:
    name = sanitize_file_name("é" * 500 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name.encode()) <= 200


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    with open_new_file(tmp_path, "hr", "a.txt") as file:
        file.write(b"whole")
        assert [name for name in os.listdir(tmp_path / "hr") if not name.startswith(".")] == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "hr").iterdir()} == {"a.txt": b"whole"}


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError), open_new_file(tmp_path, "", "a.txt") as file:
        file.write("half")  # type: ignore[call-overload] # what fails, here
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(FileExistsError), open_new_file(tmp_path, "", "a.txt") as file:
        file.write(b"other")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("folder", ["..", "hr/../..", "out", "hr/out", ".hidden", "/etc", "none", "a.txt"])
def test_nothing_is_put_outside_or_behind_a_link(folder: str, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for made in (root / "hr", root / ".hidden", outside):
        made.mkdir(parents=True)
    (root / "a.txt").write_text("a file")
    for link in (root / "out", root / "hr/out"):
        link.symlink_to(outside)
    with pytest.raises(OSError, match=r"."), open_new_file(root, folder, "x.txt"):
        pass
    assert not list(tmp_path.rglob("x.txt"))


def test_folders_are_shown_without_links_or_hidden_ones(tmp_path: Path) -> None:
    for made in ("hr/2026", "everyone", ".git/x"):
        (tmp_path / made).mkdir(parents=True)
    (tmp_path / "out").symlink_to("/")
    assert list_upload_folders(tmp_path) == ["", "everyone", "hr", "hr/2026"]
