"""Runs `python -m tests.torture --kills 1000 --seed 7`; the last line has the figures in JSON."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from knowledge.runtime.settings import disable_telemetry
from tests.torture.doubles import start_doubles
from tests.torture.doubles_server import EMBEDDINGS
from tests.torture.permissions import without_root_privileges
from tests.torture.rounds import TortureRun
from tests.torture.worker_runs import write_in_small_batches


def main() -> int:
    """Run rounds until so many workers were killed; return 1 if any index differed from a clean one."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description="Kill the worker again and again.")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="to repeat a run")
    parser.add_argument("--each-fault", action="store_true", help="begin with one round of each fault")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    logging.getLogger("tests.torture").setLevel(logging.INFO)
    disable_telemetry()
    write_in_small_batches()
    started = time.monotonic()
    figures, fired = _run_torture(given.kills, seed, each_fault=given.each_fault)
    print("faults that fired: " + ", ".join(f"{name} {count}" for name, count in sorted(fired.items())))
    print(json.dumps({**figures, "seed": seed, "seconds": round(time.monotonic() - started, 1)}))
    return 1 if figures["differences"] else 0


def _run_torture(kills: int, seed: int, *, each_fault: bool) -> tuple[dict[str, int], Counter[str]]:
    with (
        start_doubles() as doubles,
        tempfile.TemporaryDirectory(prefix="torture-") as scratch,
        without_root_privileges(),
    ):
        os.chdir(scratch)  # where no .env is
        torture = TortureRun(doubles, Path(scratch), seed)
        if each_fault:
            torture.run_each_fault()
        torture.run(kills)
        torture.context.changes.open_all_folders()
        fired = torture.context.fired + Counter({**doubles.count_faults(), EMBEDDINGS: 0})
    return {"kills": torture.context.kills, "differences": torture.context.differences}, fired


if __name__ == "__main__":
    sys.exit(main())
