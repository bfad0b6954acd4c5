"""The process of the local model: answers everybody who connects to its socket, urgent texts first.

Only `knowledge.embeddings.local.client` starts it. It ends when nobody has been connected for a while. A request is
JSON: `{"texts": [...], "urgent": true}`; its answer `{"vectors": [...]}` or `{"error": "MemoryError"}`. With a
`"question"`, the answer is `{"likenesses": [...]}`, one of each text. No text is ever written anywhere.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import resource
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.local.model_files import ModelFiles
from knowledge.runtime.settings import disable_telemetry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.embeddings.local.encoder import LocalEncoder
    from knowledge.embeddings.local.late_interaction import TextComparer

STARTED_MEANWHILE = 0  # exit status: another process of the same model runs already, or nobody is connected any more
_MEMORY_BYTES = 4 << 30  # of address space; about a quarter of a gigabyte is used
_OOM_SCORE = "500"  # when memory runs out, the kernel ends this process rather than the bot
_PASSAGE_NICENESS = 10
_FIRST_CONNECTION_SECONDS = 10.0  # whoever started this process may be slow to connect
_LOOK_SECONDS = 0.5  # between two looks whether anybody is connected
_MAX_REQUEST_BYTES = 64 << 20
_WAITING_CONNECTIONS = 16
_NO_REQUEST = (EOFError, OSError, ValueError, RecursionError)  # the caller has gone away, or sends what is none


class EmbeddingServer:
    """Embeds the texts of every connection. Passages take the cores that questions and others leave."""

    def __init__(self, encoder: LocalEncoder, comparer: TextComparer, linger_seconds: float) -> None:
        self._encoder = encoder
        self._comparer = comparer
        self._linger_seconds = linger_seconds
        self._urgent_lane = ThreadPoolExecutor(_count_cores(), "urgent")
        self._passage_lane = ThreadPoolExecutor(_count_passage_threads(), "passages", lower_priority)
        self._lock = threading.Lock()
        self._connected = 0
        self._alone_since = time.monotonic() + _FIRST_CONNECTION_SECONDS

    def serve_connections(self, listener: socket.socket) -> None:
        """Answer until nobody has been connected for `linger_seconds`."""
        listener.settimeout(_LOOK_SECONDS)
        while not self._is_abandoned():
            with contextlib.suppress(TimeoutError):
                accepted, _ = listener.accept()
                accepted.setblocking(True)
                with self._lock:
                    self._connected += 1
                threading.Thread(target=self._answer_requests, args=(accepted,), daemon=True).start()

    def _is_abandoned(self) -> bool:
        with self._lock:
            return self._connected == 0 and time.monotonic() - self._alone_since > self._linger_seconds

    def _answer_requests(self, accepted: socket.socket) -> None:
        try:
            # A caller who has gone away, or sends what is no request, ends its own connection alone.
            with Connection(accepted.detach()) as connection, contextlib.suppress(*_NO_REQUEST):
                while True:
                    request = json.loads(connection.recv_bytes(_MAX_REQUEST_BYTES))
                    connection.send_bytes(json.dumps(self._answer_request(request)).encode())
        finally:
            with self._lock:
                self._connected -= 1
                self._alone_since = time.monotonic()

    def _answer_request(self, request: object) -> dict[str, object]:
        if not isinstance(request, dict):
            return {"error": "a request is a JSON object"}
        lane = self._urgent_lane if request.get("urgent") else self._passage_lane
        given, question = request.get("texts"), request.get("question")
        texts = given if isinstance(given, list) else []
        try:
            if isinstance(question, str):
                return {"likenesses": list(lane.map(partial(self._comparer.compare_text, question), texts))}
            return {"vectors": list(lane.map(self._encoder.embed_text, texts))}
        except Exception as error:  # noqa: BLE001  # ONNX Runtime has errors of its own; their text may hold input
            return {"error": type(error).__name__}


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _count_passage_threads() -> int:
    """All cores where threads have a priority; elsewhere one core is left to questions."""
    return _count_cores() if sys.platform == "linux" else max(1, _count_cores() - 1)


def lower_priority() -> None:
    """Let questions and other processes go first. Only Linux has a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PASSAGE_NICENESS)


def _limit_resources() -> None:
    disable_telemetry()
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of memory would hold texts
    if sys.platform == "linux":
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MEMORY_BYTES if most == resource.RLIM_INFINITY else min(_MEMORY_BYTES, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")


@contextlib.contextmanager
def _listen(address: Path) -> Iterator[socket.socket]:
    """Listen at `address`, where only the holder of the lock may; remove the socket in the end."""
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(_WAITING_CONNECTIONS)
        try:
            yield listener
        finally:
            address.unlink(missing_ok=True)


def main() -> int:
    """Serve at the socket that is named on the command line; end at once if another process does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", type=Path)
    parser.add_argument("--linger", type=float, required=True, help="seconds without a connection after which it ends")
    arguments = parser.parse_args()
    _limit_resources()
    with arguments.address.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return STARTED_MEANWHILE
        files = ModelFiles.in_environment()
        try:
            files.make_files()
        except ModelUnavailable as error:
            sys.stderr.write(f"{error}\n")
            return 1
        # Here, so that the limits and the ban on telemetry are in force before the libraries load.
        from knowledge.embeddings.local.encoder import LocalEncoder
        from knowledge.embeddings.local.late_interaction import TextComparer

        encoder = LocalEncoder(files)
        server = EmbeddingServer(encoder, TextComparer(encoder), arguments.linger)
        with _listen(arguments.address) as listener:
            server.serve_connections(listener)
    return STARTED_MEANWHILE


if __name__ == "__main__":
    sys.exit(main())
