"""`python -m knowledge` as a person runs it, and as the machine kills it, over a server that both sides reach."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from knowledge.backup.commands import open_target
from knowledge.core.failures import SouffleurError
from knowledge.storage.name_bindings import NameBinding, NameBindings
from playground.qdrant.server import serve_qdrant
from tests.bot.cli.running_commands import Terminal
from tests.doubles.in_thread import in_thread
from tests.knowledge.backup.test_restore import dump, fill

_LIMIT_SECONDS = 60.0


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def url() -> Iterator[str]:
    with in_thread(lambda: serve_qdrant(None)) as server:
        yield server.url


@pytest.fixture
def client(url: str) -> Iterator[QdrantClient]:
    with closing(QdrantClient(url=url, check_compatibility=False)) as client:
        yield client


def kill_once(terminal: Terminal, url: str, arguments: tuple[str, ...], moment: Callable[[], bool]) -> bool:
    """Kill a command with SIGKILL as soon as `moment` is there; false if it ended before."""
    process = subprocess.Popen(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", "knowledge", *arguments],
        env=terminal.environment(QDRANT_URL=url, COLLECTION="one"),
        cwd=terminal.folder,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + _LIMIT_SECONDS
    while process.poll() is None and time.monotonic() < until and not moment():
        pass
    process.kill()
    return process.wait() == -signal.SIGKILL


def _has_part_of_size(folder: Path, size: int) -> bool:
    return any(part.stat().st_size >= size for part in folder.glob("*.part"))


def fill_the_disk(file: Path) -> None:
    with open_target(str(file)) as part:
        part.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_backup_is_private_and_comes_back_under_another_name(
    terminal: Terminal, url: str, client: QdrantClient
) -> None:
    fill(client, "one")
    saved = terminal.run("backup", "b.zip", module="knowledge", QDRANT_URL=url, COLLECTION="one")
    file = terminal.folder / "b.zip"
    assert saved.stderr == "Saved 3 questions, 0 votes, 0 private, 0 bindings, 1 audit, 1 requests, 1 documents.\n"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert saved.stdout == f"{digest}  b.zip\n"
    assert file.stat().st_mode & 0o777 == 0o600
    again = ("restore", "b.zip", "--as", "two", "--sha256", digest)
    restored = terminal.run(*again, module="knowledge", QDRANT_URL=url, COLLECTION="one")
    assert "into COLLECTION=two, from 20" in restored.stderr
    assert restored.stderr.endswith("Now set COLLECTION=two in .env, and start bot and worker again.\n")
    assert dump(client, "two") == dump(client, "one")
    twice = terminal.run(*again, module="knowledge", QDRANT_URL=url, COLLECTION="one")
    assert (twice.returncode, twice.stderr.count("\n")) == (2, 1)
    assert "COLLECTION=two are there already" in twice.stderr


def test_a_restore_says_that_names_of_folders_are_to_be_looked_at(
    terminal: Terminal, url: str, client: QdrantClient
) -> None:
    NameBindings(client, "one").add_bindings([NameBinding("#finance", "C1")])
    assert terminal.run("backup", "b.zip", module="knowledge", QDRANT_URL=url, COLLECTION="one").returncode == 0
    restored = terminal.run("restore", "b.zip", module="knowledge", QDRANT_URL=url, COLLECTION="new")
    told = "Look at `python -m bot bindings`: undo what was taken away since the backup."
    assert restored.stderr.splitlines()[1:] == [told]


def test_a_backup_goes_through_a_pipe(terminal: Terminal, url: str, client: QdrantClient) -> None:
    fill(client, "one")
    command = [sys.executable, "-m", "knowledge"]
    environment = terminal.environment(QDRANT_URL=url, COLLECTION="one")
    piped = subprocess.run(  # noqa: S603 (our own interpreter)
        [*command, "backup", "-"], env=environment, capture_output=True, check=True
    )
    subprocess.run(  # noqa: S603 (the same)
        [*command, "restore", "-", "--as", "two"], env=environment, input=piped.stdout, check=True
    )
    assert dump(client, "two") == dump(client, "one")


def test_a_planted_link_is_not_written_through(terminal: Terminal) -> None:
    other = terminal.folder / "other"
    other.write_bytes(b"of somebody else")
    for name in ("b.zip", "b.zip.part"):
        (terminal.folder / name).symlink_to(other)
    assert terminal.run("backup", "b.zip", module="knowledge").returncode == 0
    assert other.read_bytes() == b"of somebody else"
    assert not (terminal.folder / "b.zip").is_symlink()


def test_two_backups_at_once_are_each_whole(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    with open_target(str(file)) as first:
        first.write(b"the first, ")
        with open_target(str(file)) as second:
            second.write(b"the second")
        assert file.read_bytes() == b"the second"
        first.write(b"and its end")
    assert file.read_bytes() == b"the first, and its end"
    assert [one.name for one in tmp_path.iterdir()] == ["b.zip"]


def test_a_backup_that_fails_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(b"the older one")
    with pytest.raises(SouffleurError, match=r"No space left on device"):
        fill_the_disk(file)
    assert file.read_bytes() == b"the older one"
    assert [one.name for one in tmp_path.iterdir()] == ["b.zip"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("backup", "no/such/folder/b.zip"), "cannot be written to no/such/folder/b.zip (No such file or directory)"),
        (("restore", "missing.zip"), "The backup missing.zip cannot be read (No such file or directory)"),
        (("restore", "text.zip"), "is no backup of Souffleur"),
        (("restore", "text.zip", "--sha256", "00"), "has another SHA-256 than you gave"),
    ],
    ids=["no folder", "no file", "text", "other hash"],
)
def test_bad_input_gets_one_sentence(terminal: Terminal, arguments: tuple[str, ...], sentence: str) -> None:
    (terminal.folder / "text.zip").write_text("no archive", encoding="utf-8")
    refused = terminal.run(*arguments, module="knowledge")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert sentence in refused.stderr


@pytest.mark.slow
def test_a_killed_backup_leaves_the_older_file_whole(terminal: Terminal, url: str, client: QdrantClient) -> None:
    fill(client, "one", questions=3000)
    file = terminal.folder / "b.zip"
    file.write_bytes(b"the older one")
    for size in (0, 1000):
        assert kill_once(terminal, url, ("backup", "b.zip"), partial(_has_part_of_size, terminal.folder, size))
        assert file.read_bytes() == b"the older one"
        for part in terminal.folder.glob("*.part"):
            assert part.stat().st_mode & 0o777 == 0o600
            part.unlink()
    assert terminal.run("backup", "b.zip", module="knowledge", QDRANT_URL=url, COLLECTION="one").returncode == 0
    assert list(terminal.folder.glob("*.part")) == []


@pytest.mark.slow
def test_a_killed_restore_leaves_the_old_state_and_no_process_starts_on_the_half(
    terminal: Terminal, url: str, client: QdrantClient
) -> None:
    fill(client, "one", questions=3000)
    before = dump(client, "one")
    assert terminal.run("backup", "b.zip", module="knowledge", QDRANT_URL=url, COLLECTION="one").returncode == 0
    restore = ("restore", "b.zip", "--as", "two")
    for name in ("two_restoring", "two_questions", "two_votes"):
        assert kill_once(terminal, url, restore, partial(client.collection_exists, name))
        assert dump(client, "one") == before
    (terminal.folder / "documents").mkdir()
    worker = terminal.run("watch", module="ingestion", QDRANT_URL=url, COLLECTION="two")
    assert worker.returncode == 2
    assert "A restore into COLLECTION=two has not ended" in worker.stderr
    assert terminal.run(*restore, module="knowledge", QDRANT_URL=url, COLLECTION="one").returncode == 0
    assert dump(client, "two") == before == dump(client, "one")


def test_after_a_restore_the_worker_makes_the_index_anew(terminal: Terminal) -> None:
    (terminal.folder / "documents").mkdir()
    (terminal.folder / "documents" / "a.md").write_text("# Kaffee\n\nDie Maschine heißt Percolux.\n", encoding="utf-8")
    scan = ("scan", "--json")
    assert terminal.run(*scan, module="ingestion", COLLECTION="one").returncode == 0
    assert terminal.run("backup", "b.zip", module="knowledge", COLLECTION="one").returncode == 0
    other = {"QDRANT_PATH": str(terminal.folder / "other machine")}
    assert terminal.run("restore", "b.zip", module="knowledge", **other).returncode == 0
    assert '"indexed": 1' in terminal.run(*scan, module="ingestion", **other).stdout
    assert "Percolux" in terminal.run("search", "Percolux", **other).stdout
