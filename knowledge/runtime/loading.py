"""Has heavy libraries loaded in one go, without the garbage collector looking through them again and again.

Decides nothing about what is loaded. What a library makes of itself stays for as long as the process does.
"""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Load within the block; what is there after it is never looked through again by the garbage collector.

    Each look through libraries would hold every question up for a tenth of a second.
    For the beginning of a process: what is not needed any more by then, and refers to itself, is kept too.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
