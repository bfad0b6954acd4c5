"""Reads the command line of `python -m knowledge backup | restore` and runs the command."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

from knowledge import VERSION
from knowledge.core.failures import SouffleurError
from knowledge.runtime.log_setup import configure_logging, log_uncaught_exceptions, redact_secrets
from knowledge.runtime.privacy import forbid_inspection_where_possible
from knowledge.runtime.proxies import configure_proxies
from knowledge.runtime.settings import Settings, disable_telemetry
from knowledge.runtime.terminal_output import run_until_unread

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 2 where nothing was done."""
    arguments = _build_parser().parse_args(argv)
    disable_telemetry()
    try:
        settings = Settings.load()
        configure_proxies(settings.qdrant_url, settings.ollama_url)
        configure_logging(settings.log_format, "WARNING" if settings.log_level == "INFO" else settings.log_level)
        from knowledge.backup.commands import run_backup, run_restore  # proxies are set before the libraries load

        {"backup": run_backup, "restore": run_restore}[arguments.command](settings, arguments)
    except SouffleurError as error:
        print(redact_secrets(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="Save and restore what Souffleur keeps.")
    parser.add_argument("--version", action="version", version=f"Souffleur {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    what = "Save questions, votes, audit log, requests, bindings and the ledger, while bot and worker run."
    backup = commands.add_parser("backup", help=what, description=what)
    backup.add_argument("file", metavar="FILE", help="the file to write, or - for standard output")
    what = "Put a backup into collections that are not there yet; what is there is never touched."
    restore = commands.add_parser("restore", help=what, description=what)
    restore.add_argument("file", metavar="FILE", help="the file to read, or - for standard input")
    restore.add_argument(
        "--as", dest="prefix", type=_parse_prefix, metavar="COLLECTION", help="in place of the setting COLLECTION"
    )
    restore.add_argument("--sha256", metavar="HASH", help="refuse a file with another hash, as backup has printed it")
    return parser


def _parse_prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name: take up to 64 letters, digits, - and _")
    return text


if __name__ == "__main__":
    log_uncaught_exceptions()
    forbid_inspection_where_possible()
    sys.exit(run_until_unread(main))
