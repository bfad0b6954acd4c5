"""`python -m playground`: a local Slack with the bot and the worker in it, over sample documents."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playground.demo import DemoSettings, run_demo
from playground.slack.rules.errors import BadSettings
from playground.slack.state.settings import DEFAULT_PORT, VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence


_NO_PORT = {errno.EADDRINUSE: "is taken", errno.EACCES: "needs more rights than yours"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo until Ctrl+C."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="  %(message)s", stream=sys.stderr)
    if arguments.documents and not arguments.documents.is_dir():
        print(f"The folder {arguments.documents} does not exist; create it or name another.", file=sys.stderr)
        return 2
    documents = arguments.documents or arguments.state / "documents"
    try:
        asyncio.run(run_demo(DemoSettings(arguments.port, arguments.state, documents, arguments.fresh)))
    except (BadSettings, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno not in _NO_PORT:
            raise
        print(f"Port {arguments.port} {_NO_PORT[error.errno]}: choose another with --port.", file=sys.stderr)
        return 2
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 65535 (0 takes a free port)")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--version", action="version", version=f"Souffleur {VERSION}")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="of the page (default: %(default)s)")
    parser.add_argument("--documents", type=Path, help="the watched folder (default: a copy of the samples)")
    parser.add_argument(
        "--state", type=Path, default=Path(".souffleur/playground"), help="index and logs (default: %(default)s)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget the last demo's index and documents")
    return parser


if __name__ == "__main__":
    sys.exit(main())
