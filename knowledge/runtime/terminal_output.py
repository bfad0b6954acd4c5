"""Ends a command quietly once nobody reads its output any more, as where `| head` has seen enough.

Without this, Python would write a traceback, and another one while it ends.
"""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGPIPE_STATUS = 141  # what a shell reports of a program that such a pipe has ended


def run_until_unread(command: Callable[[], int]) -> int:
    """Run a command and return its exit status: 141 if its output was no longer read."""
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        if not _is_output_unread():
            raise
        return _SIGPIPE_STATUS
    return status


def _is_output_unread() -> bool:
    """Whether standard output is the broken pipe; if so, what is left in its buffer goes nowhere."""
    output = sys.stdout.fileno()
    poll = select.poll()
    poll.register(output, 0)
    if not any(events & select.POLLERR for _, events in poll.poll(0)):
        return False
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output)
    os.close(nowhere)
    return True
