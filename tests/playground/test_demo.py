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

from playground.demo import DemoSettings, start_demo
from playground.slack.rules.errors import BadSettings

ROOT = Path(__file__).parents[2]
NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there


@dataclass(frozen=True, slots=True)
class Launched:
    """A demo as `make demo` starts it."""

    process: subprocess.Popen[bytes]
    url: str

    @property
    def children(self) -> set[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(map(int, task.read_text(encoding="utf-8").split()))


def test_ctrl_c_ends_everything_within_seconds(tmp_path: Path) -> None:
    with _launched(tmp_path / "state") as demo:
        _until(lambda: len(demo.children) == 2, 10)
        children = demo.children
        began = time.monotonic()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(20) == 0
        assert time.monotonic() - began < 10
        assert not any(map(_runs, children))


def test_a_killed_demo_leaves_nothing_running(tmp_path: Path) -> None:
    with _launched(tmp_path / "state") as demo:
        _until(lambda: len(demo.children) == 2, 10)
        children = demo.children
        _until(lambda: all(b"child_guard" not in _command(child) for child in children), 10)
        demo.process.kill()
        demo.process.wait(10)
        _until(lambda: not any(map(_runs, children)), 20)


def test_a_demo_runs_with_a_dead_proxy_in_the_environment(tmp_path: Path) -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), NO_OLLAMA)
    proxies["ALL_PROXY"] = "socks5://127.0.0.1:9"
    with _launched(tmp_path / "state", **proxies):
        for process in ("ingestion", "bot"):
            beat = tmp_path / "state" / f"{process}.json"
            _until(partial(_ready, beat), 30)


def test_two_demos_run_side_by_side_with_folders_of_their_own(tmp_path: Path) -> None:
    with _launched(tmp_path / "one") as one, _launched(tmp_path / "two") as two:
        assert one.url != two.url
        for demo in (one, two):
            host, port = demo.url.removeprefix("http://").split(":")
            socket.create_connection((host, int(port)), 5).close()


def _visible(folder: Path) -> set[Path]:
    """What is in a folder, but for the worker's marker."""
    return {path for path in folder.iterdir() if not path.name.startswith(".")}


def test_a_second_demo_on_the_same_folders_is_refused_and_spoils_nothing(tmp_path: Path) -> None:
    with _launched(tmp_path / "state"):
        samples = _visible(tmp_path / "state" / "documents")
        for arguments in ((), ("--fresh",)):
            done = _refused(tmp_path / "state", "--port", "0", *arguments)
            assert f"Another demo uses {tmp_path / 'state'}" in done
        assert _visible(tmp_path / "state" / "documents") == samples
        assert (tmp_path / "state" / "qdrant").is_dir()


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert _refused(tmp_path / "state", "--port", port) == f"Port {port} is taken: choose another with --port.\n"
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("port", ["-1", "65536", "many", ""])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    assert "is not a number from 0 to 65535" in _refused(tmp_path / "state", "--port", port)


def test_a_state_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert "name another --state" in _refused(tmp_path / "file", "--port", "0")


def test_documents_that_are_no_folder_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    said = _refused(tmp_path / "state", "--port", "0", "--documents", str(tmp_path / "file"))
    assert "does not exist; create it or name another" in said


def test_a_misspelt_folder_of_documents_is_refused_and_not_made(tmp_path: Path) -> None:
    said = _refused(tmp_path / "state", "--port", "0", "--documents", str(tmp_path / "docuemnts"))
    assert "does not exist; create it or name another" in said
    assert list(tmp_path.iterdir()) == []


async def test_a_fresh_demo_forgets_the_last_one_s_documents(tmp_path: Path) -> None:
    demo = _quiet(tmp_path / "state")
    async with start_demo(demo) as running:
        (running.documents / "mine.txt").write_text("dropped", encoding="utf-8")
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


async def test_the_state_is_free_again_once_a_demo_has_ended(tmp_path: Path) -> None:
    async with start_demo(_quiet(tmp_path)):
        with pytest.raises(BadSettings, match="Another demo uses"):
            async with start_demo(_quiet(tmp_path)):
                pass
    async with start_demo(_quiet(tmp_path)) as running:
        samples = [path for path in running.documents.rglob("*") if path.is_file()]
        assert {datetime.fromtimestamp(path.stat().st_mtime, UTC).date() for path in samples} == {date(2026, 1, 12)}
        assert running.url.startswith("http://127.0.0.1:")


async def test_the_first_question_is_answered_kindly_while_documents_are_still_read(tmp_path: Path) -> None:
    async with start_demo(_quiet(tmp_path)) as running:
        await running.slack.wait_connected(timeout=30)
        ts = await running.slack.person("camille").post("#rh", "<@USOUFFLEUR> combien de jours de télétravail ?")
        answer = await running.slack.wait_for(lambda m: bool(m.bot_id) and m.thread_ts == ts and not m.streaming, 20)
        assert re.search(r"sont en cours de lecture|Je n'ai rien trouvé|\[1\]", answer.text)


async def test_a_question_asked_before_the_bot_is_there_is_answered_within_the_minute(tmp_path: Path) -> None:
    async with start_demo(_quiet(tmp_path)) as running:
        ts = await running.slack.person("camille").post("#rh", "<@USOUFFLEUR> combien de jours de télétravail ?")
        await running.slack.wait_for(lambda m: bool(m.bot_id) and m.thread_ts == ts and not m.streaming, 45)


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
            process.wait(20)


def _address(process: subprocess.Popen[bytes]) -> str:
    """Where the demo says that its page is, within 20 seconds."""
    assert process.stdout is not None
    said, end = b"", time.monotonic() + 20
    while not (found := re.search(rb"open (http://\S+)", said)):
        ready, _, _ = select.select([process.stdout], [], [], max(end - time.monotonic(), 0))
        assert ready, said
        said += os.read(process.stdout.fileno(), 4096)
    return found[1].decode()


def _refused(state: Path, *arguments: str) -> str:
    """What a demo says that does not start."""
    done = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", "playground", "--state", str(state), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"Waited {seconds:g} s, in vain."
        time.sleep(0.05)


def _command(pid: int) -> bytes:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _runs(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False
