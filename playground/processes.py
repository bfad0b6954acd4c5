"""Start the bot and the worker, write their logs, and start them again when they end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

_STOP_SECONDS = 8.0  # longer than the bot lets answers in flight go on
_CHILD_GUARD = Path(__file__).with_name("child_guard.py")
_SHORT_LIFE = 5.0
_LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class SupervisedProcess:
    """One process: `python -m <module>`, with its log in a file. It ends with this process."""

    module: str
    env: Mapping[str, str]
    log_file: Path
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _ending: bool = field(default=False, init=False)

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    async def keep_running(self) -> None:
        """Run the process, and again whenever it ends, until cancelled; then end it in order."""
        pause = 1.0
        try:
            while True:
                started = time.monotonic()
                status = await self._run_once()
                pause = min(pause * 2, _LONGEST_PAUSE) if time.monotonic() - started < _SHORT_LIFE else 1.0
                log.warning("%s ended (status %d), started again in %.0f s: see %s", *self._facts(status, pause))
                await asyncio.sleep(pause)
        finally:
            await self._stop_process()

    async def _run_once(self) -> int:
        with self.log_file.open("ab") as sink:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(_CHILD_GUARD),
                str(os.getpid()),
                self.module,
                env={**os.environ, **self.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        return await self._process.wait()

    def _facts(self, status: int, pause: float) -> tuple[str, int, float, Path]:
        return self.module, status, pause, self.log_file

    async def _stop_process(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
        except TimeoutError:
            log.warning("%s did not end in %.0f s and is killed", self.module, _STOP_SECONDS)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
