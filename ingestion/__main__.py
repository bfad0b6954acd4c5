"""Reads the command line of `python -m ingestion watch | scan | status | check | health` and runs the command."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ingestion.settings import IngestionSettings
from knowledge import VERSION
from knowledge.core.failures import SouffleurError
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.log_setup import configure_logging, log_uncaught_exceptions, redact_secrets
from knowledge.runtime.privacy import forbid_inspection_where_possible
from knowledge.runtime.proxies import configure_proxies
from knowledge.runtime.settings import disable_telemetry, leave_out_command_line_of_httpx, warn_unknown_settings
from knowledge.runtime.terminal_output import run_until_unread

_COMMAND_HELP = {
    "watch": "Watch the folder and keep the index equal to it (the default).",
    "scan": "Look at the folder once, bring the index to it, and say what was done.",
    "status": "Show what the ledger knows of each document.",
    "check": "Say which layers of protection the readers of documents have on this system.",
    "health": "Say whether the worker is alive (exit status 0 or 1).",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 where `health` finds the worker unwell, 2 where nothing was done."""
    arguments = _build_parser().parse_args(argv)
    disable_telemetry()
    leave_out_command_line_of_httpx()
    try:
        settings = IngestionSettings.load(documents_dir=arguments.folder)
        configure_proxies(settings.qdrant_url, settings.ollama_url)
        configure_logging(settings.log_format, settings.log_level)
        warn_unknown_settings()
        return _run_command(settings, arguments)
    except SouffleurError as error:
        print(redact_secrets(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Keep the index equal to the folder.")
    parser.add_argument("--version", action="version", version=f"Souffleur {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, what in _COMMAND_HELP.items():
        command = commands.add_parser(name, help=what, description=what)
        if name in ("watch", "scan"):
            command.add_argument("--folder", type=Path, help="the folder (default: DOCUMENTS_DIR)")
        if name in ("scan", "status", "check"):
            command.add_argument("--json", action="store_true", help="print JSON")
        if name == "scan":
            command.add_argument(
                "--confirm-deletes", action="store_true", help="let deletions that are held go through"
            )
    parser.set_defaults(command="watch", folder=None)
    return parser


def _run_command(settings: IngestionSettings, arguments: argparse.Namespace) -> int:
    if arguments.command == "health":
        return _run_health(settings)
    # Here, for two reasons: telemetry is off before the libraries load, and `health`, which a container runs every few
    # seconds, must not load them.
    from ingestion.commands import run_check, run_scan, run_status, run_watch

    {"watch": run_watch, "scan": run_scan, "status": run_status, "check": run_check}[arguments.command](
        settings, arguments
    )
    return 0


def _run_health(settings: IngestionSettings) -> int:
    well, sentence = Heartbeat.for_process("ingestion", settings.heartbeat_dir).check_heartbeat(time.time)
    print(sentence)
    return 0 if well else 1


if __name__ == "__main__":
    log_uncaught_exceptions()
    forbid_inspection_where_possible()
    sys.exit(run_until_unread(main))
