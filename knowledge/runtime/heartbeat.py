"""A heartbeat: a small file that a process writes every few seconds and the `health` commands read."""

from __future__ import annotations

import contextlib
import getpass
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.runtime.privacy import open_private_folder, replace_private_file

if TYPE_CHECKING:
    from collections.abc import Callable

HEARTBEAT_SECONDS = 5.0
HEARTBEAT_STALE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The heartbeat file of one process. `process` is "bot" or "ingestion"."""

    process: str
    folder: Path

    @classmethod
    def for_process(cls, process: str, folder: Path | None) -> Heartbeat:
        """The heartbeat of `process` in `folder`, or in the system's temporary folder."""
        return cls(process, folder or Path(tempfile.gettempdir()) / f"souffleur-{getpass.getuser()}")

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self.folder / f"{self.process}.json"

    def write_heartbeat(self, **state: str | int | bool) -> None:
        """Write that the process is alive, and its state."""
        with open_private_folder(self.folder) as folder:
            replace_private_file(folder, self.path.name, json.dumps({"at": time.time(), **state}).encode())

    def remove_heartbeat(self) -> None:
        """Remove the file, when the process ends in order."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    def check_heartbeat(self, clock: Callable[[], float] = time.time) -> tuple[bool, str]:
        """Whether the process is healthy, and one sentence about it."""
        state, sentence = self._read_state(clock)
        return state is not None and bool(state.get("ready", True)), sentence

    def check_life(self, clock: Callable[[], float] = time.time) -> tuple[bool, str]:
        """Whether the process goes on, even if it waits for Slack or Qdrant, and one sentence about it."""
        state, sentence = self._read_state(clock)
        return state is not None, sentence

    def _read_state(self, clock: Callable[[], float]) -> tuple[dict[str, object] | None, str]:
        """The state of a live process, or None; and one sentence. Without a path: it goes to the network."""
        sign = f"The {self.process} process's sign of life in HEARTBEAT_DIR"
        try:
            state = json.loads(self.path.read_text(encoding="utf-8"))
            age = clock() - float(state.pop("at"))
        except FileNotFoundError:
            return None, f"The {self.process} process is not running: start it with `python -m {self.process}`."
        except OSError as error:
            return None, f"{sign} cannot be read ({error.strerror}): name a folder of its own there."
        except (ValueError, TypeError, KeyError, AttributeError):
            return None, f"{sign} is damaged: restart that process."
        if abs(age) > HEARTBEAT_STALE_SECONDS:  # a time in the future counts too: the clock was set back
            return None, f"The {self.process} process gave its last sign of life {abs(age):.0f} s ago: restart it."
        details = ", ".join(f"{name}={value}" for name, value in state.items())
        return state, f"The {self.process} process is alive ({details})."
