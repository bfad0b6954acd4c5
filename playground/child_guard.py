"""Run `python -m <module>` so that Linux ends it when its parent dies.

Otherwise bot and worker would go on after a demo that was killed. Other systems than Linux cannot do this.
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
