"""`python -m bot start | ask | … | check | manifest | audit | health`: builds the bot's parts, hands them over."""

from __future__ import annotations

import argparse
import contextlib
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from knowledge import VERSION
from knowledge.core.failures import SouffleurError
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.log_setup import configure_logging, log_uncaught_exceptions, redact_secrets
from knowledge.runtime.privacy import forbid_inspection_where_possible
from knowledge.runtime.proxies import configure_proxies
from knowledge.runtime.settings import disable_telemetry, leave_out_command_line_of_httpx, warn_unknown_settings
from knowledge.runtime.terminal_output import run_until_unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COMMAND_HELP = {
    "start": "Connect to Slack and answer (the default).",
    "ask": "Answer one question here.",
    "search": "Show the passages nearest to a question.",
    "compare": "Put the bare model's answer beside the one from the documents.",
    "eval": "Measure retrieval, or with --answers the model, on a file of questions.",
    "check": "Look at tokens, scopes, Qdrant, Ollama, models and folders, and say what to do.",
    "manifest": "Print the manifest of the Slack app, with --prefix before each command's name.",
    "audit": "Show what administrators did, and what others tried.",
    "gaps": "List what people asked in vain, or disliked the answer to, in the last 30 days.",
    "bindings": "Show which channel or person each folder's name means; confirm or undo it.",
    "qdrant-key": "Make a key for the bot that reads the index and writes to the bot's own collections alone.",
    "health": "Say whether the bot is alive (exit status 0 or 1).",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 2 where nothing could be done."""
    arguments = _build_parser().parse_args(argv)
    disable_telemetry()
    leave_out_command_line_of_httpx()
    try:
        settings = BotSettings.load()
        serves = arguments.command in ("start", "check", None)
        configure_proxies(settings.qdrant_url, settings.ollama_url, settings.slack_api_url if serves else None)
        quiet = not serves and settings.log_level == "INFO"
        configure_logging(settings.log_format, "WARNING" if quiet else settings.log_level)
        warn_unknown_settings()
        return _run_command(settings, arguments)
    except SouffleurError as error:
        print(redact_secrets(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Answer questions from the team's documents.")
    parser.add_argument("--version", action="version", version=f"Souffleur {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, what in _COMMAND_HELP.items():
        command = commands.add_parser(name, help=what, description=what)
        if name in ("ask", "search", "compare"):
            command.add_argument("question", type=_parse_question, help="the question")
        if name in ("ask", "search", "eval", "check", "audit", "gaps", "bindings"):
            command.add_argument("--json", action="store_true", help="print JSON")
        if name == "bindings":
            command.add_argument("--undo", metavar="NAME", help="take a folder's name, as '#finance', from who has it")
            command.add_argument(
                "--confirm", metavar="NAME", help="give a folder's name to the channel or person shown"
            )
        if name == "ask":
            command.add_argument("--bare", action="store_true", help="ask the model without any document")
        if name == "search":
            command.add_argument("-k", type=_parse_count, default=10, help="how many passages (default: 10)")
        if name == "manifest":
            command.add_argument("--prefix", help="as acme for /acme-ask; set COMMAND_PREFIX to the same")
        if name == "check":
            command.add_argument("--speed", action="store_true", help="measure both models, too (a minute or more)")
            what = "have Slack judge an example of each message (some minutes); nothing is posted"
            command.add_argument("--blocks", action="store_true", help=what)
        if name == "eval":
            command.add_argument("--answers", action="store_true", help="score the model's answers, not the search")
            command.add_argument("questions", type=Path, help="a JSON lines file of questions")
    parser.set_defaults(command="start")
    return parser


def _run_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    # Each import is here for two reasons: telemetry and proxies are set before the libraries load (ollama reads the
    # proxies at once), and `health`, which a container runs every few seconds, must not load them.
    command: str = arguments.command
    if settings.qdrant_bot_api_key and command != "qdrant-key":  # only making the bot's key takes the server's
        settings = settings.model_copy(update={"qdrant_api_key": settings.qdrant_bot_api_key})
    if command == "health":
        return _print_health(settings)
    if command == "start":
        with _pause_garbage_collection():
            from bot.cli.start import run_start_command

        return run_start_command(settings, arguments)
    if command == "check":
        from bot.cli.check import check_setup

        return check_setup(settings, arguments)
    if command == "manifest":
        from bot.cli.manifest import print_manifest

        return print_manifest(settings, arguments)
    from bot.cli import terminal

    return terminal.COMMANDS[command](settings, arguments)


@contextlib.contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Leave out what the libraries make as they load, which lasts: to look through it took a fifth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _print_health(settings: BotSettings) -> int:
    well, sentence = Heartbeat.for_process("bot", settings.heartbeat_dir).check_heartbeat(time.time)
    print(sentence)
    return 0 if well else 1


def _parse_question(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty: write a question in quotes")
    return text.strip()


def _parse_count(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100")
    return int(text)


if __name__ == "__main__":
    log_uncaught_exceptions()
    forbid_inspection_where_possible()
    sys.exit(run_until_unread(main))
