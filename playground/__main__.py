"""`python -m playground`: a local Slack with the bot and the worker in it, over sample documents."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playground.demo import Demo, run
from playground.slack.errors import BadSettings
from playground.slack.settings import DEFAULT_PORT

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo until Ctrl+C."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="  %(message)s", stream=sys.stderr)
    documents = arguments.documents or arguments.state / "documents"
    try:
        asyncio.run(run(Demo(arguments.port, arguments.state, documents, arguments.fresh)))
    except (BadSettings, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(f"Port {arguments.port} is taken: end what uses it, or choose another with --port.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the page (default: %(default)s)")
    parser.add_argument("--documents", type=Path, help="the watched folder (default: a copy of the samples)")
    parser.add_argument(
        "--state", type=Path, default=Path(".souffleur/playground"), help="index and logs (default: %(default)s)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget the last demo's index and documents")
    return parser


if __name__ == "__main__":
    sys.exit(main())
