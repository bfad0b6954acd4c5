"""One collection: a shard of the engine, its writes in turn, and its points put in order by another process.

Putting in order is the engine's own optimizer: it builds the search graph, and leaves out what was written over.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import qdrant_edge as edge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qdrant_engine.layout import CollectionRecord

# The engine compares a question with each vector until a graph is built. That takes 2 ms for 20,000 vectors of 384
# numbers, and building takes 15 s: a small index never pays for it.
GRAPH_POINTS = 50_000
_FEW_WRITES = 100  # so few that writers can wait while they are repeated
# How much a collection grows before its graph is built anew: while it is being filled, and once nobody writes.
_GROWTH_IN_WRITING, _GROWTH_AT_REST = 1.5, 1.1
# What is written over or deleted takes its space until the points are put in order: once nobody writes, and they take
# so much, and so many times what they took the last time.
WASTEFUL_BYTES, _WASTEFUL_GROWTH = 64_000_000, 2
_SEGMENTS = "segments"  # where the engine keeps the points in a collection's folder, beside its log
log = logging.getLogger(__name__)


class Collection:
    """A collection that is open.

    The engine keeps Python's global lock while it works, so a graph is built by a child process in a copy of the
    folder. Meanwhile searches and writes go on here; the writes are then repeated on the copy, which takes over.
    """

    def __init__(self, name: str, record: CollectionRecord, shard: edge.EdgeShard) -> None:
        """Take over an open shard."""
        self.name = name
        self.record = record
        self.shard = shard
        self._has_unflushed_writes = False
        self._has_unmeasured_writes = True
        self._lock = threading.Lock()
        self._writes_since_copy: list[edge.UpdateOperation] | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def update(self, operations: Iterable[edge.UpdateOperation]) -> None:
        """Carry out writes, in order. When it returns, they outlive this process."""
        with self._lock:
            for operation in operations:
                self.shard.update(operation)
                self._has_unflushed_writes = self._has_unmeasured_writes = True
                if self._writes_since_copy is not None:
                    self._writes_since_copy.append(operation)

    def flush(self) -> bool:
        """Write everything to the disk and shorten the write-ahead log; whether there was anything to write."""
        with self._lock:
            if not self._has_unflushed_writes:
                return False
            self.shard.flush()
            self._has_unflushed_writes = False
            return True

    def needs_graph(self, *, at_rest: bool) -> bool:
        """Whether its search graph is missing, or much smaller than the collection."""
        points = self.shard.info().points_count
        growth = _GROWTH_AT_REST if at_rest else _GROWTH_IN_WRITING
        return points >= GRAPH_POINTS and points >= self.record.optimized_points * growth

    def wastes_space(self, folder: Path) -> bool:
        """Whether its points take much more space than when they were last put in order; asked once after writes."""
        if not self._has_unmeasured_writes:
            return False
        self._has_unmeasured_writes = False
        return measure_bytes(folder) >= max(WASTEFUL_BYTES, _WASTEFUL_GROWTH * self.record.optimized_bytes)

    def optimize(self, source: Path, target: Path, keep: Callable[[int, int], None]) -> bool:
        """Put the points in order in a copy, which `keep` notes as the folder from now on; whether it worked."""
        try:
            with self._lock:
                self.shard.flush()
                # With its write-ahead log: the engine numbers its writes by it, and skips what it takes for old.
                shutil.copytree(source, target, copy_function=_copy_file_sparse)
                self._writes_since_copy = []
            status = self._run_child(target)
            if status == 0:
                size = measure_bytes(target)
                self._switch_shard(edge.EdgeShard.load(str(target)), lambda points: keep(points, size))
                return True
            log.warning("event=optimizing_failed status=%d", status)
            shutil.rmtree(target, ignore_errors=True)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        finally:
            with self._lock:
                self._writes_since_copy = None
        return False

    def stop_optimizing(self) -> None:
        """Give up what another process puts in order."""
        if child := self._child:
            child.kill()

    def _run_child(self, target: Path) -> int:
        self._child = subprocess.Popen(  # noqa: S603 (our own module, a folder of ours)
            [sys.executable, "-m", "qdrant_engine.optimize", str(target)], stdin=subprocess.DEVNULL
        )
        try:
            return self._child.wait()
        finally:
            self._child = None

    def _switch_shard(self, shard: edge.EdgeShard, keep: Callable[[int], None]) -> None:
        """Repeat on `shard` what was written since the copy, then switch to it."""
        while True:
            with self._lock:
                waiting, self._writes_since_copy = self._writes_since_copy or [], []
                if len(waiting) < _FEW_WRITES:
                    _repeat(shard, waiting)
                    shard.flush()
                    os.sync()  # the copy was not written through to the disk yet
                    keep(shard.info().points_count)
                    self.shard = shard
                    return
            _repeat(shard, waiting)

    def close(self) -> None:
        """Flush and close the shard."""
        with self._lock:
            self.shard.close()


def measure_bytes(folder: Path) -> int:
    """How much of the disk the points in a collection's folder take. The engine may remove files meanwhile."""
    total = 0
    for path in (folder / _SEGMENTS).rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_blocks * 512
    return total


def _repeat(shard: edge.EdgeShard, operations: Iterable[edge.UpdateOperation]) -> None:
    for operation in operations:
        shard.update(operation)


def _copy_file_sparse(source: str, target: str) -> None:
    """Copy a file without its holes: most of a write-ahead log is one."""
    with Path(source).open("rb") as read, Path(target).open("wb") as written:
        size = os.fstat(read.fileno()).st_size
        written.truncate(size)
        at = 0
        while at < size:
            try:
                start = os.lseek(read.fileno(), at, os.SEEK_DATA)
            except OSError:  # ENXIO: only a hole is left
                return
            at = os.lseek(read.fileno(), start, os.SEEK_HOLE)
            read.seek(start)
            written.seek(start)
            left = at - start
            while left and (block := read.read(min(left, 1 << 20))):
                written.write(block)
                left -= len(block)
