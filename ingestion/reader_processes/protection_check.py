"""Says, for `python -m ingestion check`, which layers of protection the readers of documents have on this system."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.reader_processes.confinement import LAYERS
from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from knowledge.runtime.process_privacy import is_inspection_forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

# For each layer: what holds, and what to do where it does not.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "parent": (
        "no other process of this user can read this process's memory, environment or open files.",
        "another process of this user could read this process's environment: run it on Linux.",
    ),
    "privacy": (
        "readers cannot look into each other.",
        "readers could look into each other: run the worker on Linux.",
    ),
    "privileges": (
        "a reader has no right of root's, and gets none by starting a program.",
        "a reader keeps the rights of its user: run the worker on Linux, and not as root.",
    ),
    "network": (
        "a reader is in a network of its own, without any interface or route.",
        "a reader has no network of its own (user namespaces are not allowed here): system_calls must hold.",
    ),
    "files": (
        "a reader can open its document and the programs that read it; no other file, and none to write (Landlock).",
        "a reader could open other files of its user: use a kernel with Landlock (Linux 5.13 or later).",
    ),
    "system_calls": (
        "a reader can open no socket, look into no process and mount nothing (seccomp).",
        "a reader could open sockets: use a kernel with seccomp, on x86_64 or aarch64.",
    ),
}


@dataclass(frozen=True, slots=True)
class ProtectionFinding:
    """Whether one layer of protection holds; `sentence` says what follows, and what to do where it does not."""

    layer: str
    holds: bool
    sentence: str


def check_protection(limits: ReadLimits) -> list[ProtectionFinding]:
    """Start a reader as the worker does, and ask it what holds."""
    with closing(SandboxPool()) as pool:
        holding = pool.fetch_layers(limits)
    found: dict[str, bool] = {"parent": is_inspection_forbidden()}
    found |= {layer: layer in holding for layer in LAYERS}
    return [ProtectionFinding(layer, holds, _SENTENCES[layer][not holds]) for layer, holds in found.items()]
