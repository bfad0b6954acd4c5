"""Serve the playground's stand-in for Qdrant in a process of its own. `python -m bench.qdrant_server`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from pathlib import Path

from playground.qdrant import server as qdrant_server


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bench.qdrant_server", description=__doc__)
    parser.add_argument("--path", type=Path, help="where the index is kept; in memory if it is not said")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.path, given.port))


async def _serve(path: Path | None, port: int) -> None:
    async with qdrant_server.serve_qdrant(path, port) as server:
        print(f"The stand-in for Qdrant is served at {server.url}.", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
