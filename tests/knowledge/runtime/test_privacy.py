"""The index and the signs of life are for the user who runs the bot, whatever was there before."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.core.failures import IndexUnavailable
from knowledge.runtime import privacy
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.privacy import open_private_folder
from knowledge.runtime.settings import Settings
from knowledge.storage.client import create_missing_collection, open_qdrant


def _modes(folder: Path) -> set[str]:
    """The modes of a folder and of everything in it, each with its kind."""
    found = [folder, *folder.rglob("*")]
    return {stat.filemode(path.lstat().st_mode) for path in found}


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """Everybody may read and write what is made without care."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_the_embedded_index_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with closing(open_qdrant(Settings(qdrant_url=None, qdrant_path=path))) as client:
        create_missing_collection(client, "a", vectors_config={})
    assert _modes(path) == {"drwx------", "-rw-------"}


def test_an_embedded_index_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with closing(open_qdrant(Settings(qdrant_url=None, qdrant_path=path))) as client:
        create_missing_collection(client, "a", vectors_config={})
    for one in (path, *path.rglob("*")):
        one.chmod(0o777 if one.is_dir() else 0o666)
    open_qdrant(Settings(qdrant_url=None, qdrant_path=path)).close()
    assert _modes(path) == {"drwx------", "-rw-------"}


def test_links_in_an_embedded_index_are_left_alone(tmp_path: Path) -> None:
    path, other = tmp_path / "index", tmp_path / "other.txt"
    other.write_text("x")
    path.mkdir()
    (path / "link").symlink_to(other)
    open_qdrant(Settings(qdrant_url=None, qdrant_path=path)).close()
    assert stat.S_IMODE(other.stat().st_mode) == 0o666


def test_an_embedded_index_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(IndexUnavailable, match="cannot be opened"):
        open_qdrant(Settings(qdrant_url=None, qdrant_path=tmp_path / "link"))
    assert list((tmp_path / "real").iterdir()) == []


def test_a_heartbeat_is_closed_to_others_and_written_through_no_link(tmp_path: Path) -> None:
    folder, other = tmp_path / "beats", tmp_path / "other.txt"
    other.write_text("untouched")
    folder.mkdir(0o777)
    for name in ("bot.json", "bot.json.tmp"):
        (folder / name).symlink_to(other)
    Heartbeat("bot", folder).write_heartbeat(ready=True)
    assert _modes(folder) == {"drwx------", "-rw-------"}
    assert other.read_text() == "untouched"
    assert Heartbeat("bot", folder).check_heartbeat()[0]


def test_a_heartbeat_s_folder_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        Heartbeat("bot", tmp_path / "link").write_heartbeat()


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    os.chown(path, 12345, 12345) if os.geteuid() == 0 else monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(PermissionError, match="belongs to another user"), open_private_folder(path):
        raise AssertionError


def test_a_link_that_takes_the_place_of_a_half_written_file_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")

    def plant_link(name: str, *, dir_fd: int) -> None:
        os.symlink(theirs, name, dir_fd=dir_fd)

    with open_private_folder(tmp_path / "ours") as folder:
        monkeypatch.setattr(os, "unlink", plant_link)
        with pytest.raises(FileExistsError):
            privacy.replace_private_file(folder, "beat.json", b"ours")
    assert theirs.read_text() == "theirs"


_STARTED = """
import runpy, sys
from knowledge.runtime.privacy import is_inspection_forbidden
sys.argv = [sys.argv[1], "health"]
try:
    runpy.run_module(sys.argv[0], run_name="__main__")
except SystemExit:
    print(is_inspection_forbidden())
"""


@pytest.mark.parametrize("process", ["bot", "ingestion"])
def test_bot_and_worker_let_nobody_look_into_them(process: str) -> None:
    command = [sys.executable, "-c", _STARTED, process]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S603 (our own interpreter)
    assert told.splitlines()[-1] == str(sys.platform == "linux")
