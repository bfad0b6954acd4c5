"""Put the points of the shard in a folder in order: `python -m qdrant_engine.optimize FOLDER`."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

import qdrant_edge as edge

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl


def main() -> int:
    """Do it, with less right to the processor than the process that asked for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)  # nobody would use the copy
    os.nice(10)
    shard = edge.EdgeShard.load(sys.argv[1])
    shard.optimize()
    shard.flush()
    shard.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
