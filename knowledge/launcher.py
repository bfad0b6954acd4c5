"""The command `souffleur`: starts `python -m bot`, `ingestion`, `knowledge` or `playground` in place of itself.

It imports none of them: bot and worker never meet in one process.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from knowledge import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A process with all its commands, as `souffleur bot health`.
PROCESSES = {"worker": "ingestion", "bot": "bot", "demo": "playground"}
# What has one meaning, as `souffleur ask`.
SHORT_COMMANDS: Mapping[str, Sequence[str]] = {
    "bot": (
        *("ask", "search", "compare", "eval", "check", "manifest"),
        *("audit", "gaps", "bindings", "qdrant-key"),
    ),
    "ingestion": ("scan", "status"),
    "knowledge": ("backup", "restore"),
}
_USAGE = """usage: souffleur COMMAND …

  worker              keep the index equal to the folder (also: souffleur worker health, check …)
  bot                 connect to Slack and answer (also: souffleur bot health …)
  demo                start a local Slack with sample documents
  scan, status        look at the folder once; show what became of each document
  ask, search         answer a question here; show the passages nearest to it
  check               look at tokens, Qdrant, models and folders, and say what to do
  backup, restore     save what cannot be made anew from the folder, and put it back
  compare, eval, manifest, audit, gaps, bindings, qdrant-key
                      as `python -m bot --help` says

`souffleur COMMAND --help` says more. Each reads its settings from the environment and `.env`."""


def find_module(arguments: Sequence[str]) -> list[str] | None:
    """The module of a command and the arguments for it; None for an unknown command."""
    name, *others = arguments
    if name in PROCESSES:
        return [PROCESSES[name], *others]
    return next(([module, *arguments] for module, names in SHORT_COMMANDS.items() if name in names), None)


def main(arguments: Sequence[str] | None = None, execute: Callable[[str, list[str]], object] = os.execv) -> int:
    """Become the process of the command; the exit status is 2 where there is no such command."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help", "help"):
        print(_USAGE)
        return 0
    if given[0] == "--version":
        print(f"Souffleur {VERSION}")
        return 0
    command = find_module(given)
    if command is None:
        print(f"There is no command {given[0]!r}: `souffleur --help` lists them.", file=sys.stderr)
        return 2
    execute(sys.executable, [sys.executable, "-m", *command])
    return 0


if __name__ == "__main__":
    sys.exit(main())
