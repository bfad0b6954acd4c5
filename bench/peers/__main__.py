"""Measure Souffleur beside LlamaIndex and LangChain, with the same embedding model. `python -m bench.peers`.

Each side indexes the same PDF in a process of its own, in turn, then finds passages for the same questions. Prints a
table for people, and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.peers.implementations import SIDES
from bench.processes import PDF, QUESTIONS, load, needed, peak, process, served

OURS = "souffleur"
_SHOWN = ("to_index_s", "first_hit_s", "peak_mb", "hit@1", "hit@5", "hit@5_en", "hit@5_fr", "mrr@10")


@dataclass(frozen=True, slots=True)
class Run:
    """What one side took, from the start of its process; and its ranks of the right passages, with languages."""

    to_index: float
    first_hit: float
    peak_mb: int
    ranks: tuple[tuple[str, int | None], ...]


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES))
    given = parser.parse_args()
    needed(QUESTIONS)
    runs: dict[str, list[Run]] = {side: [] for side in given.sides}
    with served("bench.embedding_server", "--port", "0") as ollama:
        for _ in range(given.rounds):
            for side, rows in runs.items():
                rows.append(_run(side, needed(PDF), ollama))
    figures = {side: _figures(rows) for side, rows in runs.items()}
    for line in _table(figures):
        print(line)
    print(json.dumps({"sides": figures, "ratios": _ratios(figures), "load": load()}))


def _run(side: str, source: Path, ollama: str) -> Run:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "documents"
        folder.mkdir()
        shutil.copyfile(source, folder / source.name)
        started = time.time()
        with (
            process("bench.peers.implementations", side, str(folder), f"{scratch}/qdrant", ollama) as running,
            peak(running.pid) as top,
        ):
            lines = running.stdout.read().splitlines()
        if running.returncode:
            raise SystemExit(f"{side} failed: see above.")
    said = json.loads(lines[-1])
    ranks = tuple((language, rank) for language, rank in said["ranks"])
    return Run(said["indexed_at"] - started, said["first_at"] - started, top.mb, ranks)


def _figures(runs: list[Run]) -> dict[str, float]:
    ranks = runs[0].ranks  # they are the same in each round
    every = [rank for _, rank in ranks]
    return {
        "to_index_s": round(statistics.median(run.to_index for run in runs), 1),
        "first_hit_s": round(statistics.median(run.first_hit for run in runs), 1),
        "peak_mb": max(run.peak_mb for run in runs),
        "hit@1": _hits(every, 1),
        "hit@5": _hits(every, 5),
        "hit@5_en": _hits([rank for language, rank in ranks if language == "en"], 5),
        "hit@5_fr": _hits([rank for language, rank in ranks if language == "fr"], 5),
        "mrr@10": round(sum(1 / rank for rank in every if rank) / len(every), 3),
    }


def _hits(ranks: list[int | None], k: int) -> float:
    return round(sum(rank is not None and rank <= k for rank in ranks) / max(len(ranks), 1), 3)


def _ratios(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """What each peer has of what we have: above 1, more."""
    ours = figures.get(OURS, {})
    return {
        side: {name: round(theirs[name] / ours[name], 2) for name in _SHOWN if ours[name]}
        for side, theirs in figures.items()
        if ours and side != OURS
    }


def _table(figures: dict[str, dict[str, float]]) -> list[str]:
    rows = [[side, *(str(row[name]) for name in _SHOWN)] for side, row in figures.items()]
    rows += [
        [f"{side} : {OURS}", *(f"x {row[n]}" for n in _SHOWN if n in row)] for side, row in _ratios(figures).items()
    ]
    head = ["side", *_SHOWN]
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


if __name__ == "__main__":
    main()
