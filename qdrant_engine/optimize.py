"""Build the search graph of the shard in a folder: `python -m qdrant_engine.optimize FOLDER`."""

from __future__ import annotations

import os
import sys

import qdrant_edge as edge


def main() -> int:
    """Build it, with less right to the processor than the process that asked for it."""
    os.nice(10)
    shard = edge.EdgeShard.load(sys.argv[1])
    shard.optimize()
    shard.flush()
    shard.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
