"""Asks the process of the local model for vectors, and starts it where it does not run.

Every process of one person on one machine shares it: whoever comes first starts it. If it dies, the question or batch
in hand is asked again of a new one, and nothing else is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, cast

from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.local.model_files import FILES_VERSION, NOT_INSTALLED, is_local_model_installed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROTOCOL = 4  # raised when a request or an answer changes: then an older process is not asked
_LINGER_SECONDS = 20.0  # long enough for a bot that restarts
_START_SECONDS = 60.0  # the first start makes the model's files
_LOOK_SECONDS = 0.02
_ATTEMPTS = 3
_TEXTS_PER_REQUEST = 8  # few enough for a slow machine within the timeout; what is lost when the process dies
_PASSED_VARIABLES = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_LONGEST_ADDRESS = 100  # bytes; the kernels take 103 or 107
_Wanted = Literal["vectors", "likenesses"]


class LocalModelClient:
    """Gets vectors from the local model's process. Several threads may use it at once."""

    def __init__(self, folder: Path, linger_seconds: float = _LINGER_SECONDS) -> None:
        self._folder = folder
        # Another Python environment may hold another version of the model.
        key = hashlib.sha256(f"{_PROTOCOL} {FILES_VERSION} {sys.prefix}".encode()).hexdigest()[:12]
        self._address = self._folder / f"{key}.sock"
        self._linger_seconds = linger_seconds
        self._lock = threading.Lock()
        self._free: list[Connection] = []
        self._child: subprocess.Popen[bytes] | None = None

    def embed_texts(self, texts: Sequence[str], timeout: float, *, are_urgent: bool = False) -> list[list[float]]:
        """Returns the vectors of texts in order, each 384 numbers of length 1; urgent ones go before the others.

        Raises:
            ModelUnavailable: the model is not installed, does not start, or a few texts take longer than `timeout`
                seconds.
        """
        return [
            vector
            for some in _split_texts(texts)
            for vector in self._request({"texts": some, "urgent": are_urgent}, "vectors", timeout)["vectors"]
        ]

    def compare_texts(self, question: str, texts: Sequence[str], timeout: float) -> list[float]:
        """Returns how like each text is to a question, in order; raises the errors of `embed_texts`."""
        asked = ({"texts": some, "question": question, "urgent": True} for some in _split_texts(texts))
        return [likeness for one in asked for likeness in self._request(one, "likenesses", timeout)["likenesses"]]

    def _request(self, asked: Mapping[str, object], wanted: _Wanted, timeout: float) -> _Answer:
        request = json.dumps(asked).encode()
        for _ in range(_ATTEMPTS):
            connection = self._acquire_connection()
            try:
                answer = _ask(connection, request, wanted, timeout)
            except TimeoutError as error:
                connection.close()
                raise ModelUnavailable(f"The local embedding model did not answer in {timeout:g} s.") from error
            except ValueError as error:  # no JSON, or no object
                connection.close()
                raise ModelUnavailable("The local embedding model answered nonsense: restart the program.") from error
            except (EOFError, ConnectionError):  # the process died, and with it every other connection
                connection.close()
                self.close()
                continue
            with self._lock:
                self._free.append(connection)
            if "error" in answer:
                raise ModelUnavailable(f"The local embedding model failed ({answer['error']}): restart the program.")
            return answer
        raise ModelUnavailable("The local embedding model ended each time it was asked: is there memory for it?")

    def close(self) -> None:
        """Close the free connections; the model's process ends when nobody is connected."""
        with self._lock:
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _acquire_connection(self) -> Connection:
        with self._lock:
            if self._free:
                return self._free.pop()
            try:
                return self._connect()
            except OSError as error:  # no memory, no file descriptor, a full disk
                raise ModelUnavailable(f"The local embedding model cannot be reached ({error.strerror}).") from error

    def _connect(self) -> Connection:
        """Connect to the process, and start it if nobody listens."""
        self._prepare_folder()
        until = time.monotonic() + _START_SECONDS
        starts = 0
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError, ConnectionError):
                return self._open_connection()
            status = self._child.poll() if self._child else 0
            if status is not None:  # there is none, or it has ended: killed, or since another one runs
                if status > 0 or (status < 0 and starts >= _ATTEMPTS):
                    self._child = None
                    raise ModelUnavailable(self._read_reason(status))
                starts += 1
                self._start_process()
            time.sleep(_LOOK_SECONDS * starts)  # a process that ends gives way to one of its kind that is starting
        raise ModelUnavailable(
            f"The local embedding model did not start in {_START_SECONDS:.0f} s: {self._log} says why."
        )

    def _open_connection(self) -> Connection:
        with contextlib.ExitStack() as undo:
            connected = undo.enter_context(socket.socket(socket.AF_UNIX))
            connected.connect(str(self._address))
            undo.pop_all()
            return Connection(connected.detach())

    def _start_process(self) -> None:
        if not is_local_model_installed():
            raise ModelUnavailable(NOT_INSTALLED)
        command = [sys.executable, "-P", "-m", "knowledge.embeddings.local.server", str(self._address)]
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603  # this very program
                [*command, "--linger", str(self._linger_seconds)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=_build_environment(),
                start_new_session=True,
            )

    def _prepare_folder(self) -> None:
        """Create the folder of the socket, and refuse one that others can enter: they could read every text."""
        if len(os.fsencode(self._address)) > _LONGEST_ADDRESS:
            raise ModelUnavailable(f"The path {self._address} is too long for a socket: set TMPDIR to a shorter one.")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self._folder.lstat()
        except OSError as error:
            raise ModelUnavailable(f"{self._folder} cannot be made ({error.strerror}): correct TMPDIR.") from error
        if found.st_uid != os.getuid() or found.st_mode & 0o077 or not self._folder.is_dir():
            raise ModelUnavailable(f"{self._folder} is open to others: remove it, and start again.")

    @property
    def _log(self) -> Path:
        return self._address.with_suffix(".log")

    def _read_reason(self, status: int) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if status == 1 and len(lines) == 1:
            return lines[0]
        return f"The local embedding model did not start (status {status}): {self._log} says why."


def _split_texts(texts: Sequence[str]) -> list[list[str]]:
    """The texts of each request."""
    return [list(texts[start : start + _TEXTS_PER_REQUEST]) for start in range(0, len(texts), _TEXTS_PER_REQUEST)]


class _Answer(TypedDict, total=False):
    """What the process answers: vectors, likenesses, or the name of an error."""

    vectors: list[list[float]]
    likenesses: list[float]
    error: str


def _ask(connection: Connection, request: bytes, wanted: _Wanted, timeout: float) -> _Answer:
    """Send a request and receive its answer, which has what is `wanted`, or an error.

    Raises:
        TimeoutError: the process took no request, began no answer or stopped within one for `timeout` seconds.
        ValueError: the answer is none.
        EOFError, ConnectionError: the process died.
    """
    limit = struct.pack("@ll", int(timeout), int(timeout % 1 * 1_000_000))
    with socket.socket(fileno=os.dup(connection.fileno())) as connected:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            connected.setsockopt(socket.SOL_SOCKET, option, limit)
    try:
        connection.send_bytes(request)
        if not connection.poll(timeout):
            raise TimeoutError
        answer = json.loads(connection.recv_bytes())
    except BlockingIOError as error:
        raise TimeoutError from error
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(answer, dict) or not ("error" in answer or isinstance(answer.get(wanted), list)):
        raise ValueError("no answer")
    return cast("_Answer", answer)


def get_shared_client() -> LocalModelClient:
    """Returns the client that all embedding models of this process share."""
    return _open_client(Path(tempfile.gettempdir()))


@cache
def _open_client(temporary: Path) -> LocalModelClient:
    return LocalModelClient(temporary / f"souffleur-embedding-{os.getuid()}")


def _build_environment() -> dict[str, str]:
    """The environment of the process: where programs are, and no secret."""
    kept = {name: value for name, value in os.environ.items() if name in _PASSED_VARIABLES or name.startswith("LC_")}
    here = str(Path(__file__).parents[3])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}
