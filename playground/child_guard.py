"""Becomes `python -m <module>`, having asked Linux to end it when its parent dies. Decides nothing else.

So that nothing runs on after a demo that was killed. Elsewhere than on Linux there is no such wish to express.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # survives the exec below


def main() -> None:
    """Run the module named after the parent's process id on the command line."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The demo has ended before this process began.")
    os.execv(sys.executable, [sys.executable, "-m", module])  # noqa: S606 (our own interpreter, no shell)


if __name__ == "__main__":
    main()
