"""Measure embedding on one and two workers of a Dask cluster. `python -m bench.ingestion.cluster_embedding`.

Scheduler and workers run on this machine; each worker has a model's process of its own, of one thread on two cores.
Prints one JSON line: texts a second with one worker and with two, and their ratio. Rounds alternate.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import statistics
import tempfile
import time
from concurrent.futures import wait
from contextlib import ExitStack, closing
from pathlib import Path

from bench.processes import load, process, until
from ingestion.embedding.dask_embedding import DaskEmbedding
from ingestion.embedding.lane import EmbeddingLane
from ingestion.settings import IngestionSettings
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import LOCAL_MODELS

_TEXT = "The workshop keeps a lamp, a ladder and a key of size {0} for whoever repairs the door of house {0}. " * 12
_BATCH = 8
_LIMIT = 60.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingestion.cluster_embedding", description=__doc__)
    parser.add_argument("--texts", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    speeds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(given.rounds):
        for workers, measured in speeds.items():
            measured.append(_texts_per_second(workers, given.texts))
    one, two = (statistics.median(measured) for measured in speeds.values())
    figures = {"one_worker_texts_per_s": round(one, 2), "two_workers_texts_per_s": round(two, 2)}
    print(json.dumps({"texts": given.texts, **figures, "ratio": round(two / one, 2), "load": load()}))


def _texts_per_second(workers: int, count: int) -> float:
    with ExitStack() as started:
        where = Path(tempfile.mkdtemp(prefix="dask-"))
        started.callback(shutil.rmtree, where, ignore_errors=True)
        file = where / "scheduler.json"
        listen = ("--host", "127.0.0.1", "--no-dashboard")
        options = ("--port", "0", "--scheduler-file", str(file))
        scheduler = process("distributed.cli.dask_scheduler", *listen, *options, log=where / "scheduler.log")
        started.enter_context(scheduler)
        until(lambda: file.exists() and file.stat().st_size > 0, _LIMIT)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        for n in range(workers):
            folder = Path(tempfile.mkdtemp(prefix="w"))  # short: the socket of the model's process is below it
            started.callback(shutil.rmtree, folder, ignore_errors=True)
            own = (address, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
            environment = {"TMPDIR": str(folder)}
            worker = process("distributed.cli.dask_worker", *listen, *own, env=environment, log=where / f"{n}.log")
            started.enter_context(worker)
        settings = IngestionSettings(dask_scheduler=address, embedding_model=f"local:{LOCAL_MODELS[0]}")
        cluster = started.enter_context(closing(DaskEmbedding(settings)))
        lane = EmbeddingLane(EmbeddingModel(settings), cluster=cluster)
        lane.send_texts(["warm"]).result(_LIMIT)
        until(lambda: cluster.count_workers() == workers, _LIMIT)
        _embed(lane, workers * 2 * _BATCH)  # every worker starts its model
        began = time.perf_counter()
        _embed(lane, count)
        return count / (time.perf_counter() - began)


def _embed(lane: EmbeddingLane, count: int) -> None:
    texts = [_TEXT.format(n) for n in range(count)]
    batches = [lane.send_texts(texts[start : start + _BATCH]) for start in range(0, count, _BATCH)]
    for batch in wait(batches).done:
        batch.result()


if __name__ == "__main__":
    main()
