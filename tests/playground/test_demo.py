from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from playground.__main__ import main
from playground.demo import DemoSettings, start_demo
from playground.slack.rules.errors import BadSettings
from playground.slack.state.records import Message

ROOT = Path(__file__).parents[2]
NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there
LIMIT = 60.0  # seconds; on a busy machine


@dataclass(frozen=True, slots=True)
class Launched:
    """A demo as `make demo` starts it."""

    process: subprocess.Popen[bytes]
    url: str

    @property
    def children(self) -> set[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(map(int, task.read_text(encoding="utf-8").split()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demos")


@pytest.fixture(scope="module")
def behind_a_proxy(folder: Path) -> Iterator[Launched]:
    """A demo with a dead proxy in its environment."""
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), NO_OLLAMA)
    with _launched(folder / "state", **proxies, ALL_PROXY="socks5://127.0.0.1:9") as demo:
        yield demo


def test_a_demo_runs_with_a_dead_proxy_in_the_environment(behind_a_proxy: Launched, folder: Path) -> None:
    for process in ("ingestion", "bot"):
        _until(partial(_ready, folder / "state" / f"{process}.json"))


def test_a_second_demo_on_the_same_folders_is_refused_and_spoils_nothing(
    behind_a_proxy: Launched, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = folder / "state"
    samples = _visible(state / "documents")
    for arguments in ((), ("--fresh",)):
        assert main(["--state", str(state), "--port", "0", *arguments]) == 2
        assert f"Another demo uses {state}" in capsys.readouterr().err
    assert _visible(state / "documents") == samples
    assert (state / "qdrant").is_dir()


def test_two_demos_run_side_by_side_and_each_ends_with_its_processes(behind_a_proxy: Launched, folder: Path) -> None:
    """One is told to end by Ctrl+C, and one is killed."""
    with _launched(folder / "other") as other:
        assert behind_a_proxy.url != other.url
        for demo in (behind_a_proxy, other):
            host, port = demo.url.removeprefix("http://").split(":")
            socket.create_connection((host, int(port)), 5).close()
            _until(partial(_has_both_processes, demo))
        children, others = behind_a_proxy.children, other.children
        behind_a_proxy.process.send_signal(signal.SIGINT)
        assert behind_a_proxy.process.wait(LIMIT) == 0
        assert not any(map(_runs, children))
        _until(lambda: all(b"child_guard" not in _command(child) for child in others))
        other.process.kill()
        other.process.wait(LIMIT)
        _until(lambda: not any(map(_runs, others)))


def _has_both_processes(demo: Launched) -> bool:
    return len(demo.children) == 2


def _visible(folder: Path) -> set[Path]:
    """What is in a folder, but for the worker's marker."""
    return {path for path in folder.iterdir() if not path.name.startswith(".")}


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["--state", str(tmp_path / "state"), "--port", port]) == 2
    assert capsys.readouterr().err == f"Port {port} is taken: choose another with --port.\n"
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("port", ["-1", "65536", "many", ""])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--port", port])
    assert "is not a number from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--state", "file"], "name another --state"),
        (["--documents", "file"], "does not exist; create it or name another"),
        (["--documents", "docuemnts"], "does not exist; create it or name another"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_with_a_sentence_and_not_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert main(["--port", "0", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


async def test_a_fresh_demo_forgets_the_last_one_s_documents(tmp_path: Path) -> None:
    demo = _quiet(tmp_path / "state")
    async with start_demo(demo) as running:
        samples = [path for path in running.documents.rglob("*") if path.is_file()]
        assert {datetime.fromtimestamp(path.stat().st_mtime, UTC).date() for path in samples} == {date(2026, 1, 12)}
        (running.documents / "mine.txt").write_text("dropped", encoding="utf-8")
        with pytest.raises(BadSettings, match="Another demo uses"):
            async with start_demo(demo):
                pass
    async with start_demo(demo) as running:
        assert (running.documents / "mine.txt").exists()
    async with start_demo(_quiet(tmp_path / "state", fresh=True)) as running:
        assert not (running.documents / "mine.txt").exists()
        assert (running.documents / "astreinte.md").exists()


async def test_a_folder_that_no_demo_has_used_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "thesis.txt").write_text("years of work", encoding="utf-8")
    async with start_demo(_quiet(tmp_path, fresh=True)):
        pass
    assert (tmp_path / "documents" / "thesis.txt").exists()


async def test_a_terminal_is_aimed_at_the_demo_by_its_settings(tmp_path: Path) -> None:
    state = tmp_path / "a state"
    async with start_demo(_quiet(state)) as running:
        settings = state / "terminal.env"
        assert settings.stat().st_mode & 0o777 == 0o600
        asked = await asyncio.create_subprocess_exec(
            "sh", "-c", f". '{settings}' && \"$0\" -m ingestion status", sys.executable, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asked.communicate()
        assert (asked.returncode, running.documents.is_dir()) == (0, True), said.decode()
    assert not settings.exists()


async def test_who_asks_before_bot_and_documents_are_there_is_answered_from_the_documents(tmp_path: Path) -> None:
    async with start_demo(_quiet(tmp_path)) as running:
        camille = running.slack.person("camille")
        early = await camille.post("#rh", "<@USOUFFLEUR> combien de jours de télétravail ?")
        await running.slack.wait_connected(timeout=LIMIT)
        second = await camille.post("#rh", "<@USOUFFLEUR> combien de jours de télétravail ?")
        for ts in (early, second):
            answer = await running.slack.wait_for(partial(_answers, ts), LIMIT)
            assert "[1]" in answer.text


def _answers(ts: str, message: Message) -> bool:
    return bool(message.bot_id) and message.thread_ts == ts and not message.streaming


def _ready(beat: Path) -> bool:
    return beat.exists() and bool(json.loads(beat.read_text(encoding="utf-8"))["ready"])


def _quiet(state: Path, *, fresh: bool = False) -> DemoSettings:
    return DemoSettings(0, state, state / "documents", fresh, {"OLLAMA_URL": NO_OLLAMA})


@contextlib.contextmanager
def _launched(state: Path, **settings: str) -> Iterator[Launched]:
    with subprocess.Popen(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", "playground", "--port", "0", "--state", str(state)],
        cwd=ROOT,
        env={**os.environ, "OLLAMA_URL": NO_OLLAMA, "EMBEDDING_MODEL": "bge-m3", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield Launched(process, _address(process))
        finally:
            process.terminate()
            process.wait(LIMIT)


def _address(process: subprocess.Popen[bytes]) -> str:
    """Where the demo says that its page is, within the limit."""
    assert process.stdout is not None
    said, end = b"", time.monotonic() + LIMIT
    while not (found := re.search(rb"open (http://\S+)", said)):
        ready, _, _ = select.select([process.stdout], [], [], max(end - time.monotonic(), 0))
        assert ready, said
        said += os.read(process.stdout.fileno(), 4096)
    return found[1].decode()


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < end, f"Waited {LIMIT:g} s, in vain."
        time.sleep(0.05)


def _command(pid: int) -> bytes:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _runs(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False
