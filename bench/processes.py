"""Start the processes that the benches need, and measure their time and memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DATA = Path(os.environ.get("BENCH_DATA") or "../shared/data")
PDF = DATA / "spring-boot-reference.pdf"
QUESTIONS = DATA / "spring-boot-questions.jsonl"
_ADDRESS = re.compile(r"http://\S+:\d+")
_END_SECONDS = 10.0
_LOOK_SECONDS = 0.1


def needed(path: Path) -> Path:
    """The path, if it is there; else the bench ends with a sentence."""
    if not path.exists():
        raise SystemExit(f"{path} is not there: say where the data of the benches are with BENCH_DATA.")
    return path


def load() -> float:
    """The machine's load over the last minute: what a figure is to be read with."""
    return round(os.getloadavg()[0], 1)


@contextmanager
def process(*arguments: str, env: Mapping[str, str] | None = None, log: Path | None = None) -> Iterator[psutil.Popen]:
    """Run `python -m` with these arguments for the block; what it prints goes to `log`, or to whoever reads it."""
    with (log or Path(os.devnull)).open("wb") as sink:
        running = psutil.Popen(
            [sys.executable, "-m", *arguments],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink if log else subprocess.PIPE,
            stderr=sink if log else None,
            text=True,
        )
        try:
            yield running
        finally:
            _end(running)


def _end(running: psutil.Popen) -> None:
    running.terminate()
    try:
        running.wait(_END_SECONDS)
    except psutil.TimeoutExpired:
        running.kill()
        running.wait()
    if running.stdout:
        running.stdout.close()


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Run a server of this folder for the block; gives the address that it says first."""
    with process(*arguments) as running:
        said = running.stdout.readline()
        address = _ADDRESS.search(said)
        if address is None:
            raise SystemExit(f"{arguments[0]} did not start: see above.")
        yield address[0]


@dataclass(slots=True)
class Peak:
    """The most memory that a process and its children held together, in bytes; a page that they share counts once.

    Worker and readers show their pages to root alone: for anybody else, shared pages count several times.
    """

    pid: int
    most: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def mb(self) -> int:
        """The peak in megabytes."""
        return self.most >> 20

    def look(self) -> None:
        """Look until it is over."""
        while not self._over.wait(_LOOK_SECONDS):
            self.most = max(self.most, _held(self.pid))

    def end(self) -> None:
        """Look no more."""
        self._over.set()


@contextmanager
def peak(pid: int) -> Iterator[Peak]:
    """Watch the memory of a process tree during the block."""
    found = Peak(pid)
    watching = threading.Thread(target=found.look, daemon=True)
    watching.start()
    try:
        yield found
    finally:
        found.end()
        watching.join()


def _held(pid: int) -> int:
    try:
        own = psutil.Process(pid)
        family = [own, *own.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_resident, family))


def _resident(one: psutil.Process) -> int:
    try:
        return int(one.memory_full_info().pss if os.geteuid() == 0 else one.memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # it has ended


def listening_process(address: str) -> psutil.Process:
    """The process of this bench that listens at an address."""
    port = int(address.rpartition(":")[2])
    children = psutil.Process().children()
    return next(one for one in children if any(each.laddr.port == port for each in one.net_connections()))


def processor_seconds(one: psutil.Process, *, with_children: bool = False) -> float:
    """The processor time of a process and of its children that have ended; of those that live, if wanted."""
    family = [one, *(one.children(recursive=True) if with_children else ())]
    return sum(map(_consumed, family))


def _consumed(one: psutil.Process) -> float:
    try:
        times = one.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def until(true: Callable[[], bool], limit: float, every: float = 0.02) -> float:
    """Wait until it is true; how many seconds that took.

    Raises:
        SystemExit: it did not come true within `limit` seconds.
    """
    started = time.perf_counter()
    while not true():
        if time.perf_counter() - started > limit:
            raise SystemExit(f"What the bench waited for did not come within {limit:g} s: no figure.")
        time.sleep(every)
    return time.perf_counter() - started


def cpu_seconds(work: Callable[[], object]) -> float:
    """The seconds of CPU that the work takes in this process: steadier than the clock on a busy machine."""
    started = time.process_time()
    work()
    return time.process_time() - started


def seconds(work: Callable[[], object]) -> float:
    """The seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
