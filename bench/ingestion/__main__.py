"""Measure indexing: reading, formats, from drop to first hit, growth of a folder. `python -m bench.ingestion`.

Runs the parts that are asked for. Prints one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable

from bench.ingestion.document_drop import dropping, dropping_local
from bench.ingestion.folder_growth import growing
from bench.ingestion.reading_speed import formats, reading

PARTS = ("reading", "formats", "dropping", "dropping-local", "growing")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingestion", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000], help="of the folder that grows, in files")
    given = parser.parse_args()
    if unknown := set(given.parts) - {*PARTS}:
        parser.error(f"{', '.join(sorted(unknown))}: there is no such part")
    logging.disable(logging.WARNING)
    measure: dict[str, Callable[[], object]] = {
        "reading": lambda: reading(given.rounds),
        "formats": lambda: formats(given.rounds),
        "dropping": lambda: dropping(given.rounds),
        "dropping-local": lambda: dropping_local(given.rounds),
        "growing": lambda: growing(given.sizes),
    }
    print(json.dumps({part: measure[part]() for part in given.parts or PARTS}))


if __name__ == "__main__":
    main()
