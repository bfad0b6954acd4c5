"""Measure the local embedding model: a demo's first start, and a question's vector, alone and while passages come.

Needs Linux and the extra `local`: `.venv/bin/python -m bench.bot.local_model`. Prints one JSON line.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from playground.demo import DemoSettings, start_demo

_MODEL = "local:multilingual-e5-small"
_NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there
_QUESTIONS = (
    "Combien de jours de congés payés ai-je ?",
    "How do I report a lost laptop?",
    "Wie viele Tage Telearbeit sind erlaubt?",
    "¿Quién aprueba una compra de más de 500 euros?",
)
_PASSAGE = "Chaque salarié dispose de 27 jours de congés payés, à poser avec l'accord du responsable. " * 17
_ROUNDS = 300
_SERVER = "knowledge.embeddings.local.server"


async def measure_first_start() -> dict[str, float]:
    """Seconds from the start of a new demo until meaning finds every readable sample."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = {"OLLAMA_URL": _NO_OLLAMA, "EMBEDDING_MODEL": _MODEL, "TMPDIR": scratch}
        began = time.monotonic()
        async with start_demo(DemoSettings(0, Path(scratch), Path(scratch) / "documents", settings=settings)) as demo:
            while True:
                lines = (await demo.slack.settings.ledger()).lines
                if len(lines) > 1 and all(line.state in ("meaning", "failed") for line in lines):
                    passages = sum(line.passages or 0 for line in lines)
                    cpu = _server_cpu_seconds(scratch)
                    return {
                        "documents": len(lines),
                        "passages": passages,
                        "by_meaning_s": round(time.monotonic() - began, 1),
                        "model_cpu_s": round(cpu, 1),
                    }
                await asyncio.sleep(0.2)


def measure_questions() -> dict[str, float]:
    """Milliseconds of a question's vector, and of a passage of about 380 tokens."""
    settings = Settings(embedding_model=_MODEL)
    bot, worker = EmbeddingModel(settings), EmbeddingModel(settings)
    bot.embed_query("the first one loads the model")
    before = _server_cpu_seconds()
    alone = _ask_questions(bot, "alone")
    cpu = _server_cpu_seconds() - before
    over = threading.Event()
    embedding = threading.Thread(target=_embed_until, args=(worker, over))
    embedding.start()
    busy = _ask_questions(bot, "busy")
    over.set()
    embedding.join()
    before, began = _server_cpu_seconds(), time.monotonic()
    worker.embed_documents([f"{number}. {_PASSAGE}" for number in range(16)])
    return {
        "question_cpu_ms": round(cpu / _ROUNDS * 1e3, 1),
        **{f"question_{name}_ms": value for name, value in _quantiles(alone).items()},
        **{f"question_beside_passages_{name}_ms": value for name, value in _quantiles(busy).items()},
        "passage_ms": round((time.monotonic() - began) / 16 * 1e3),
        "passage_cpu_ms": round((_server_cpu_seconds() - before) / 16 * 1e3),
    }


def _ask_questions(model: EmbeddingModel, mark: str) -> list[float]:
    taken = []
    for number in range(_ROUNDS):
        question = f"{_QUESTIONS[number % len(_QUESTIONS)]} {mark} {number}"  # a repeated question is cached
        began = time.perf_counter()
        model.embed_query(question)
        taken.append((time.perf_counter() - began) * 1e3)
    return taken


def _embed_until(model: EmbeddingModel, over: threading.Event) -> None:
    number = 0
    while not over.is_set():
        number += 1
        model.embed_documents([f"{number} {_PASSAGE}"] * 4)


def _quantiles(milliseconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(milliseconds, n=20)
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


def _server_cpu_seconds(place: str = tempfile.gettempdir() + "/souffleur-embedding") -> float:
    """CPU time of the model's processes whose socket lies below `place`, by /proc."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_text(encoding="utf-8").split("\0")
                fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except (OSError, UnicodeDecodeError):
                continue
            if (
                _SERVER in command
                and command[0].startswith(str(Path.cwd()))
                and any(part.startswith(place) for part in command)
            ):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and print one JSON line."""
    figures = {"bench": "local_model", "cores": os.cpu_count(), **asyncio.run(measure_first_start())}
    figures |= measure_questions()
    print(json.dumps(figures | {"load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
