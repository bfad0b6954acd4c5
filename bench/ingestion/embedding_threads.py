"""Measure on how many threads passages may be embedded. `python -m bench.ingestion.embedding_threads`.

The local model embeds passages on threads of low priority, as its server does; for each number of threads, by turns
in one run: alone, and beside two processes that read the long PDF. Meanwhile a question is embedded ten times a second
at normal priority. Prints one JSON line: texts a second, how long a question takes, and pages a second of the readers.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING

from bench.processes import PDF, load, needed
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_page_range
from knowledge.embeddings.local.encoder import PASSAGE_PREFIX, QUESTION_PREFIX, LocalEncoder
from knowledge.embeddings.local.model_files import ModelFiles
from knowledge.embeddings.local.server import lower_priority

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.sharedctypes import Synchronized
    from pathlib import Path

_QUESTION = f"{QUESTION_PREFIX}How do I change the port that the embedded server listens on?"
_QUESTION_EVERY = 0.1  # seconds
_PAGES = 20  # that a reader reads at a time


@dataclass(slots=True)
class Turn:
    """What one number of threads reached, in all its turns."""

    texts: list[float] = field(default_factory=list)
    questions: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingestion.embedding_threads", description=__doc__)
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, nargs="+", default=[*range(cores + 1)], help="0: no passages at all")
    parser.add_argument("--readers", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    source = needed(PDF)
    texts = [PASSAGE_PREFIX + one.text for one in split_into_excerpts(read_page_range(source, 1, 4 * _PAGES))]
    files = ModelFiles.in_environment()
    files.make_files()
    encoder = LocalEncoder(files)
    turns = {(readers, threads): Turn() for readers in given.readers for threads in given.threads}
    for _ in range(given.rounds):
        for (readers, threads), turn in turns.items():
            _take_turn(encoder, texts, source, (readers, threads), given.seconds, turn)
    print(json.dumps({"turns": [_describe(*key, turn) for key, turn in turns.items()], "cores": cores, "load": load()}))


def _describe(readers: int, threads: int, turn: Turn) -> dict[str, float]:
    questions = sorted(turn.questions)
    return {
        "readers": readers,
        "threads": threads,
        "texts_per_s": round(statistics.mean(turn.texts), 2),
        "pages_per_s": round(statistics.mean(turn.pages), 1),
        "question_p50_ms": round(statistics.median(questions) * 1000, 1),
        "question_p95_ms": round(questions[int(0.95 * len(questions))] * 1000, 1),
    }


def _take_turn(
    encoder: LocalEncoder, texts: Sequence[str], source: Path, who: tuple[int, int], seconds: float, turn: Turn
) -> None:
    readers, threads = who
    pages: Synchronized[int] = get_context("spawn").Value("i", 0)
    over, embedded = threading.Event(), [0] * max(threads, 1)

    def embed(number: int) -> None:
        for n in range(number, 1 << 30, max(threads, 1)):
            if over.is_set():
                return
            encoder.embed_text(texts[n % len(texts)])
            embedded[number] += 1

    with ExitStack() as stack:
        for number in range(readers):
            reader = get_context("spawn").Process(target=_read_pages, args=(source, number, pages), daemon=True)
            reader.start()
            stack.callback(reader.join)
            stack.callback(reader.terminate)
        while readers and pages.value < readers * _PAGES:  # they have loaded the parsers
            time.sleep(_QUESTION_EVERY)
        lane = stack.enter_context(ThreadPoolExecutor(max(threads, 1), initializer=lower_priority))
        stack.callback(over.set)
        started, read_before = time.perf_counter(), pages.value
        for number in range(threads):
            lane.submit(embed, number)
        while time.perf_counter() - started < seconds:
            asked = time.perf_counter()
            encoder.embed_text(_QUESTION)
            turn.questions.append(time.perf_counter() - asked)
            time.sleep(_QUESTION_EVERY)
        taken = time.perf_counter() - started
        turn.texts.append(sum(embedded) / taken)
        turn.pages.append((pages.value - read_before) / taken)


def _read_pages(source: Path, number: int, pages: Synchronized[int]) -> None:
    """Read a few pages again and again, until this process is ended."""
    while True:
        first = 1 + number * _PAGES
        split_into_excerpts(read_page_range(source, first, first + _PAGES - 1))
        with pages.get_lock():
            pages.value += _PAGES


if __name__ == "__main__":
    main()
