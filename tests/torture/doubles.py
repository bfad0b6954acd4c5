"""The world around the worker, as the torturer sees it: starts it, and sets its faults and traps over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, cast

from tests.doubles.ollama_state import Faults as OllamaFaults
from tests.torture.outside import UNEMBEDDABLE
from tests.torture.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.qdrant.faults import QdrantFault
    from tests.torture.outside import Trap

_LIMIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class World:
    """Where Qdrant and Ollama listen."""

    qdrant: str
    ollama: str

    def set_trap(self, trap: Trap | None) -> None:
        """Kill a process at one of the writes that come from now on; None only counts them."""
        _call("PUT", f"{self.qdrant}/_trap", asdict(trap) if trap else None)

    def writes(self) -> int:
        """How many writes came since the trap was set."""
        return int(_call("GET", f"{self.qdrant}/_trap")["writes"])

    def met(self) -> dict[str, int]:
        """How many calls to Qdrant met which kind of fault, and how often the model was asked for vectors."""
        return _call("GET", f"{self.qdrant}/_met")

    def settle(self) -> None:
        """Wait until no write is under way any more: those of a killed worker may come late."""
        if not until(lambda: not _call("GET", f"{self.qdrant}/_trap")["busy"], _LIMIT_SECONDS):
            raise TimeoutError("A write to Qdrant does not end: look at the stand-in.")

    def spoil(self, *faults: QdrantFault) -> None:
        """Let these faults wait for their calls to Qdrant, in this order; none clears them all."""
        _call("DELETE", f"{self.qdrant}/_faults")
        for fault in faults:
            _call("POST", f"{self.qdrant}/_faults", asdict(fault))

    def spoil_meaning(self, faults: OllamaFaults | None = None) -> None:
        """Let embedding fail in this way until it is called again; None mends it."""
        faults = replace(faults or OllamaFaults(), bad_text=UNEMBEDDABLE)
        _call("PUT", f"{self.ollama}/_faults", asdict(faults))

    def calm(self) -> None:
        """Take every trap and fault away, and wait until no write is under way."""
        self.set_trap(None)
        self.settle()
        self.spoil()
        self.spoil_meaning()


@contextmanager
def world() -> Iterator[World]:
    """Start it, and end it after the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.torture.outside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The outside process has no pipes.")
        try:
            yield World(**json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


def _call(method: str, url: str, body: object = None) -> dict[str, int]:
    data = None if method in ("GET", "DELETE") else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 (our own loopback address)
    with urllib.request.urlopen(request, timeout=_LIMIT_SECONDS) as answer:  # noqa: S310 (our own loopback address)
        return cast("dict[str, int]", json.load(answer))
