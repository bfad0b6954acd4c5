"""A stand-in for Ollama in a process of its own: it writes one answer at a set speed, and records when."""

from __future__ import annotations

import multiprocessing
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.ollama import Faults, matching, ollama_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from tests.doubles.ollama_state import Spoken


@dataclass(frozen=True, slots=True)
class Speaker:
    """The model. Its times are of the machine's monotonic clock, which all processes share."""

    url: str
    _line: Connection

    def pace(self, seconds: float) -> None:
        """Wait so long between words from now on."""
        self._line.send(Faults(between_tokens=seconds))
        self._line.recv()

    def spoken(self) -> list[Spoken]:
        """What it was asked so far, and when it answered."""
        self._line.send(None)
        told: list[Spoken] = self._line.recv()
        return told


@contextmanager
def speaking(topic: str, answer: str) -> Iterator[Speaker]:
    """A model that says `answer` to whatever names the topic."""
    spawn = multiprocessing.get_context("spawn")  # a fork would inherit open sockets and threads
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_speak, args=(theirs, topic, answer), daemon=True)
    process.start()
    try:
        yield Speaker(ours.recv(), ours)
    finally:
        process.terminate()
        process.join(10)


def _speak(line: Connection, topic: str, answer: str) -> None:
    with ollama_in_thread(script=matching((topic, answer))) as ollama:
        line.send(ollama.url)
        while True:
            ollama.faults = line.recv() or ollama.faults
            line.send(list(ollama.spoken))
