"""The real process of the local model, started, shared, killed and left alone."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE
from knowledge.embeddings.local import client as client_module
from knowledge.embeddings.local.client import LocalModelClient
from knowledge.embeddings.local.encoder import LocalEncoder
from knowledge.embeddings.local.late_interaction import TextComparer

LIMIT = 60.0  # seconds; generous, since machines are busy
PASSAGE = "passage: Chaque salarié dispose de 27 jours de congés payés par an. " * 6


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="local-model-"))
    yield made / "sockets"
    shutil.rmtree(made)


@pytest.fixture
def open_client(folder: Path) -> Iterator[Callable[[], LocalModelClient]]:
    opened: list[LocalModelClient] = []

    def open_one() -> LocalModelClient:
        opened.append(LocalModelClient(folder, linger_seconds=0.2))
        return opened[-1]

    yield open_one
    for client in opened:
        client.close()
    for client in opened:
        if client._child:
            client._child.wait(LIMIT)


@pytest.fixture(scope="module")
def client() -> Iterator[LocalModelClient]:
    """A client whose process serves all tests that do not end it."""
    made = Path(tempfile.mkdtemp(prefix="local-model-"))
    client = LocalModelClient(made / "sockets", linger_seconds=0.2)
    yield client
    client.close()
    if client._child:
        client._child.wait(LIMIT)
    shutil.rmtree(made)


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def list_processes(folder: Path) -> list[int]:
    """The model's processes whose socket is in `folder`, by /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:  # it has ended meanwhile
                continue
            if "knowledge.embeddings.local.server" in command and any(str(folder) in part for part in command):
                found.append(int(entry.name))
    return found


def test_two_clients_share_one_process_that_ends_when_both_are_gone(
    open_client: Callable[[], LocalModelClient], folder: Path, encoder: LocalEncoder
) -> None:
    first, second = open_client(), open_client()
    with ThreadPoolExecutor(2) as both:  # at the same time, with no process there
        vectors = list(both.map(lambda one: one.embed_texts(["query: congés"], LIMIT), (first, second)))
    expected = encoder.embed_text("query: congés")
    assert vectors == [[expected], [expected]]
    wait_until(lambda: len(list_processes(folder)) == 1)
    first.close()
    assert second.embed_texts(["query: congés"], LIMIT, are_urgent=True) == [expected]
    second.close()
    wait_until(lambda: list_processes(folder) == [])
    assert not list(folder.glob("*.sock"))
    assert first.embed_texts(["query: congés"], LIMIT) == [expected]


def test_texts_keep_their_order(client: LocalModelClient, encoder: LocalEncoder) -> None:
    texts = [f"passage: {'mot ' * number}" for number in (9, 1, 30, 4)]
    assert client.embed_texts(texts, LIMIT) == [encoder.embed_text(text) for text in texts]
    assert client.embed_texts([], LIMIT) == []


def test_texts_are_compared_with_a_question_in_their_order(client: LocalModelClient, encoder: LocalEncoder) -> None:
    texts = [f"passage: {'mot ' * number}" for number in (9, 1, 30, 4, 2, 7, 5, 3, 8, 6)]  # more than one request has
    comparer = TextComparer(encoder)
    expected = [comparer.compare_text("query: congés", text) for text in texts]
    assert client.compare_texts("query: congés", texts, LIMIT) == pytest.approx(expected)
    assert client.compare_texts("query: congés", [], LIMIT) == []


def test_a_killed_process_costs_a_retry_and_nothing_else(
    open_client: Callable[[], LocalModelClient], folder: Path
) -> None:
    client = open_client()
    expected = client.embed_texts([PASSAGE], LIMIT)
    for process in list_processes(folder):  # between two requests
        os.kill(process, signal.SIGKILL)
    assert client.embed_texts([PASSAGE], LIMIT) == expected
    with ThreadPoolExecutor(1) as other:  # in the middle of a batch
        batch = other.submit(client.embed_texts, [PASSAGE] * 20, LIMIT)
        wait_until(lambda: len(list_processes(folder)) == 1)
        os.kill(list_processes(folder)[0], signal.SIGKILL)
        assert batch.result(LIMIT) == expected * 20


def test_a_question_does_not_wait_for_passages(open_client: Callable[[], LocalModelClient]) -> None:
    worker, bot = open_client(), open_client()
    bot.embed_texts(["query: congés"], LIMIT, are_urgent=True)
    ended = threading.Event()

    def embed_batch() -> None:
        worker.embed_texts([PASSAGE * 5] * 8, LIMIT)
        ended.set()

    with ThreadPoolExecutor(1) as other:
        batch = other.submit(embed_batch)
        answered = [bool(bot.embed_texts([f"query: congés {n}"], LIMIT, are_urgent=True)) for n in range(3)]
        assert not ended.is_set()
        batch.result(LIMIT)
    assert answered == [True, True, True]


def test_the_process_knows_no_secret_and_writes_no_text(
    open_client: Callable[[], LocalModelClient], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    open_client().embed_texts(["query: un secret bien gardé"], LIMIT, are_urgent=True)
    (process,) = list_processes(folder)
    assert b"xoxb" not in Path(f"/proc/{process}/environ").read_bytes()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.read_bytes() == b"" for path in folder.iterdir() if path.is_file())
    assert int(Path(f"/proc/{process}/oom_score_adj").read_text(encoding="ascii")) == 500
    limits = Path(f"/proc/{process}/limits").read_text(encoding="ascii")
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
    assert "Umask:\t0077" in Path(f"/proc/{process}/status").read_text(encoding="ascii")


def test_a_slow_answer_is_one_sentence(client: LocalModelClient) -> None:
    client.embed_texts(["query: congés"], LIMIT)
    with pytest.raises(ModelUnavailable, match=r"^The local embedding model did not answer in 0\.01 s\.$"):
        client.embed_texts([PASSAGE * 8] * 4, 0.01)
    assert client.embed_texts(["query: congés"], LIMIT, are_urgent=True)


def test_a_batch_is_four_parts_each_with_the_whole_time(
    client: LocalModelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[float] = []
    ask = client_module._ask

    def note(
        connection: Connection, request: bytes, wanted: client_module._Wanted, timeout: float
    ) -> client_module._Answer:
        limits.append(timeout)
        return ask(connection, request, wanted, timeout)

    monkeypatch.setattr(client_module, "_ask", note)
    assert len(client.embed_texts(["query: congés"] * EMBEDDING_BATCH_SIZE, LIMIT)) == EMBEDDING_BATCH_SIZE
    assert limits == [LIMIT] * 4


def test_a_folder_that_others_can_enter_is_refused(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(ModelUnavailable, match=r"is open to others: remove it, and start again\.$"):
        LocalModelClient(folder).embed_texts(["query: congés"], LIMIT)


def test_a_link_to_another_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    folder.symlink_to(tmp_path)
    with pytest.raises(ModelUnavailable, match=r"is open to others"):
        LocalModelClient(folder).embed_texts(["query: congés"], LIMIT)


def test_a_path_that_no_socket_can_have_is_one_sentence(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"is too long for a socket: set TMPDIR to a shorter one\.$"):
        LocalModelClient(folder / ("d" * 120)).embed_texts(["query: congés"], LIMIT)


def test_a_machine_without_memory_for_a_process_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(ModelUnavailable, match=r"cannot be reached \(Cannot allocate memory\)\.$"):
        LocalModelClient(folder).embed_texts(["query: congés"], LIMIT)


def test_a_model_that_is_not_installed_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "is_local_model_installed", lambda: False)
    with pytest.raises(ModelUnavailable, match=r"^The local embedding model is not installed here: install souffleur"):
        LocalModelClient(folder).embed_texts(["query: congés"], LIMIT)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'The folder is full.' >&2; exit 1", r"^The folder is full\.$"),
        ("exit 3", r"^The local embedding model did not start \(status 3\): .*\.log says why\.$"),
    ],
)
def test_a_process_that_does_not_start_says_why(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, sentence: str
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(ModelUnavailable, match=sentence):
        LocalModelClient(folder).embed_texts(["query: congés"], LIMIT)


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (b"[1]", b'{"error": "a request is a JSON object"}'),
        (b"null", b'{"error": "a request is a JSON object"}'),
        (b'{"texts": [7]}', b'{"error": '),
        (b"[" * 100_000, None),
        (b"\xff", None),
    ],
    ids=["list", "null", "number", "nested", "no text"],
)
def test_what_is_no_request_is_answered_so_or_ends_its_own_connection(
    request_: bytes, answer: bytes | None, client: LocalModelClient
) -> None:
    client.embed_texts(["query: un"], LIMIT)
    connection = client._acquire_connection()
    connection.send_bytes(request_)
    assert connection.poll(LIMIT)
    if answer is None:
        with pytest.raises(EOFError):
            connection.recv_bytes()
    else:
        assert connection.recv_bytes().startswith(answer)
    connection.close()
    assert len(client.embed_texts(["query: deux"], LIMIT)) == 1
    assert client._log.read_bytes() == b""  # no traceback, and no text


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"\0\0\0\x09[]", r"did not answer in 0\.2 s"),
        (b"\0\0\0\x02[]", "answered nonsense: restart the program"),
        (b"\0\0\0\x02{}", "answered nonsense: restart the program"),
        (b"\0\0\0\x02{[", "answered nonsense: restart the program"),
    ],
    ids=["half an answer", "no object", "nothing in it", "no JSON"],
)
def test_an_answer_that_is_none_or_stops_is_told(
    answer: bytes, sentence: str, open_client: Callable[[], LocalModelClient]
) -> None:
    client = open_client()
    ours, theirs = socket.socketpair()
    client._free.append(Connection(ours.detach()))
    theirs.sendall(answer)
    with theirs, pytest.raises(ModelUnavailable, match=sentence):
        client.embed_texts(["query: un"], 0.2)
    assert client._free == []
