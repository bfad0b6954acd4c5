"""`python -m tests.torture --kills 1000 --seed 7`: tortures the worker; the last line is the figures, in JSON."""

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
from tests.torture.lives import write_in_small_batches
from tests.torture.outside import EMBEDDINGS
from tests.torture.powers import as_anyone
from tests.torture.rounds import Torture
from tests.torture.world import world


def main() -> int:
    """Torture until so many workers were killed; exit status 1 if any index differed from a clean one."""
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
    figures, fired = _tortured(given.kills, seed, each_fault=given.each_fault)
    print("faults that fired: " + ", ".join(f"{name} {count}" for name, count in sorted(fired.items())))
    print(json.dumps({**figures, "seed": seed, "seconds": round(time.monotonic() - started, 1)}))
    return 1 if figures["differences"] else 0


def _tortured(kills: int, seed: int, *, each_fault: bool) -> tuple[dict[str, int], Counter[str]]:
    with world() as outside, tempfile.TemporaryDirectory(prefix="torture-") as scratch, as_anyone():
        os.chdir(scratch)  # where no .env is
        torture = Torture(outside, Path(scratch), seed)
        if each_fault:
            torture.each_fault()
        torture.run(kills)
        torture.stage.changes.open_all()
        fired = torture.stage.fired + Counter({**outside.met(), EMBEDDINGS: 0})
    return {"kills": torture.stage.kills, "differences": torture.stage.differences}, fired


if __name__ == "__main__":
    sys.exit(main())
