"""All collections of one folder: which exist, under which names and aliases, and who holds the folder."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import tempfile
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import qdrant_edge as edge
from pydantic import BaseModel, Field, ValidationError
from qdrant_client.http import models as m

from qdrant_engine.collection import Collection
from qdrant_engine.layout import CollectionRecord, build_config
from qdrant_engine.refusals import Refusal, refuse_input, translate_engine_errors

_REGISTRY, _LOCK, _SHARDS = "collections.json", ".lock", "shards"
_TEMPORARY = "qdrant-engine-"
_ABANDONED_SECONDS = 60
_FLUSH_SECONDS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 3600.0
_MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
_LEAST_MEMORY = 1 << 30  # free in it: a container often has 64 MB, and writing into a full one ends the process
log = logging.getLogger(__name__)


class FolderInUse(Exception):
    """Another process holds the folder."""


class FolderDamaged(Exception):
    """What lies in the folder cannot be opened."""


class _Registry(BaseModel):
    collections: dict[str, CollectionRecord] = Field(default_factory=dict)
    aliases: dict[str, str] = Field(default_factory=dict)


class Engine:
    """The collections in one folder. One process holds it, any of its threads may call."""

    def __init__(self, path: Path | None, threads: int = 2) -> None:
        """Open the folder `path`, or an empty one that ends with this engine.

        Raises:
            FolderInUse: another process holds the folder.
            FolderDamaged: what lies in it cannot be opened.
            OSError: the folder cannot be used.
        """
        self._path = path or _make_temporary_folder()
        self._threads = threads
        self._lock = threading.RLock()  # of the registry
        self._closing = threading.Event()
        self._calls = threading.Condition()
        self._calls_under_way = 0
        self._pauses: dict[str, tuple[float, float]] = {}  # when what failed is tried again, and the pause
        held = _hold_folder(self._path)
        self._release = weakref.finalize(self, _release_folder, held, None if path else self._path)
        try:
            self._registry = self._load_registry()
            self._collections = {name: self._load(name, record) for name, record in self._registry.collections.items()}
        except BaseException:
            self._release()
            raise
        self._remove_orphans()
        self._maintenance = threading.Thread(target=self._maintain, name="qdrant-maintenance", daemon=True)
        if path:
            self._maintenance.start()

    def close(self) -> None:
        """Finish the calls under way, write everything to the disk and free the folder.

        What is being put in order is given up.
        """
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
            collections = [*self._collections.values()]
        try:
            for collection in collections:
                collection.stop_optimizing()
            if self._maintenance.is_alive():
                self._maintenance.join()
            with self._calls:  # the engine cannot close what a thread reads
                self._calls.wait_for(lambda: self._calls_under_way == 0)
            for collection in collections:
                collection.close()
        finally:
            self._release()

    @contextlib.contextmanager
    def hold_open(self) -> Iterator[None]:
        """Keep the engine open for one call; a refusal once it closes."""
        with self._calls:
            self._check_open()
            self._calls_under_way += 1
        try:
            yield
        finally:
            with self._calls:
                self._calls_under_way -= 1
                self._calls.notify_all()

    def list_names(self) -> list[str]:
        """The names of all collections."""
        with self._lock:
            return [*self._collections]

    def list_aliases(self) -> list[tuple[str, str]]:
        """All aliases, each with its collection."""
        with self._lock:
            return [*self._registry.aliases.items()]

    def has_collection(self, name: str) -> bool:
        """Whether there is a collection of this name or alias."""
        with self._lock:
            return self._registry.aliases.get(name, name) in self._collections

    def get_collection(self, name: str) -> Collection:
        """The collection of a name or an alias; a refusal if there is none."""
        self._check_open()
        with self._lock:
            found = self._collections.get(self._registry.aliases.get(name, name))
        if found is None:
            raise Refusal(404, f"Not found: Collection `{name}` doesn't exist!")
        return found

    def create_collection(self, name: str, asked: m.CreateCollection) -> None:
        """Create a collection; a refusal if the name is taken."""
        with self._lock:
            self._check_open()
            if name in self._collections or name in self._registry.aliases:
                raise Refusal(409, f"Wrong input: Collection `{name}` already exists!")
            record = CollectionRecord(folder=uuid.uuid4().hex, asked=asked)
            folder = self._folder(record)
            try:
                with translate_engine_errors():
                    config = build_config(asked, self._threads)
                    folder.mkdir(parents=True, mode=0o700)
                    shard = edge.EdgeShard.create(str(folder), config)
                self._commit(collections={**self._registry.collections, name: record})
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._collections[name] = Collection(name, record, shard)

    def delete_collection(self, name: str) -> bool:
        """Delete a collection with its aliases; whether there was one. Searches that run are finished."""
        with self._lock:
            self._check_open()
            collection = self._collections.get(name)
            if collection is None:
                return False
            self._commit(
                collections={one: record for one, record in self._registry.collections.items() if one != name},
                aliases={alias: target for alias, target in self._registry.aliases.items() if target != name},
            )
            del self._collections[name]
        collection.stop_optimizing()
        shutil.rmtree(self._folder(collection.record), ignore_errors=True)
        return True

    def change_record(self, collection: Collection, change: Callable[[CollectionRecord], None]) -> None:
        """Change what is kept of a collection, on the disk and here, or nowhere."""
        with self._lock:
            if self._collections.get(collection.name) is not collection:
                raise Refusal(404, f"Not found: Collection `{collection.name}` doesn't exist!")
            record = collection.record.model_copy(deep=True)
            change(record)
            self._commit(collections={**self._registry.collections, collection.name: record})
            collection.record = record

    def change_aliases(self, actions: Sequence[m.AliasOperations]) -> None:
        """Carry out all the actions, or none."""
        with self._lock:
            aliases = dict(self._registry.aliases)
            for action in actions:
                match action:
                    case m.CreateAliasOperation():
                        made = action.create_alias
                        if made.collection_name not in self._collections:
                            raise Refusal(404, f"Not found: Collection `{made.collection_name}` doesn't exist!")
                        if made.alias_name in self._collections:
                            raise Refusal(409, f"Wrong input: Collection `{made.alias_name}` already exists!")
                        aliases[made.alias_name] = made.collection_name
                    case m.DeleteAliasOperation():
                        aliases.pop(action.delete_alias.alias_name, None)
                    case m.RenameAliasOperation():
                        renamed = action.rename_alias
                        if renamed.old_alias_name not in aliases:
                            raise Refusal(404, f"Not found: Alias {renamed.old_alias_name} does not exists!")
                        aliases[renamed.new_alias_name] = aliases.pop(renamed.old_alias_name)
                    case _:
                        raise refuse_input("unknown alias operation")
            self._commit(aliases=aliases)

    def optimize(self, name: str) -> bool:
        """Put the points of a collection in order beside it, then switch to these; whether that worked."""
        collection = self.get_collection(name)
        old, folder = self._folder(collection.record), uuid.uuid4().hex

        def keep(points: int, size: int) -> None:
            def move(record: CollectionRecord) -> None:
                record.folder, record.optimized_points, record.optimized_bytes = folder, points, size

            self.change_record(collection, move)

        is_done = collection.optimize(old, self._path / _SHARDS / folder, keep)
        if is_done:
            shutil.rmtree(old, ignore_errors=True)
        return is_done

    def _check_open(self) -> None:
        if self._closing.is_set():
            raise Refusal(503, "Service unavailable: the engine is closed")

    def _commit(
        self, *, collections: dict[str, CollectionRecord] | None = None, aliases: dict[str, str] | None = None
    ) -> None:
        """Write the registry and use it: after a failure, and after a crash, the old one is in use everywhere."""
        now = self._registry
        changed = _Registry(
            collections=now.collections if collections is None else collections,
            aliases=now.aliases if aliases is None else aliases,
        )
        written = self._path / f"{_REGISTRY}.new"
        with open(written, "w", encoding="utf-8", opener=_open_privately) as file:
            file.write(changed.model_dump_json(exclude_none=True, by_alias=True))
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._path / _REGISTRY)
        _sync_folder(self._path)
        self._registry = changed

    def _folder(self, record: CollectionRecord) -> Path:
        return self._path / _SHARDS / record.folder

    def _load_registry(self) -> _Registry:
        try:
            return _Registry.model_validate_json((self._path / _REGISTRY).read_bytes())
        except FileNotFoundError:
            return _Registry()
        except ValidationError as error:
            raise FolderDamaged(f"{_REGISTRY} cannot be read") from error

    def _load(self, name: str, record: CollectionRecord) -> Collection:
        try:
            with translate_engine_errors():
                return Collection(name, record, edge.EdgeShard.load(str(self._folder(record))))
        except Refusal as refusal:
            raise FolderDamaged(refusal.sentence) from refusal

    def _remove_orphans(self) -> None:
        """Remove folders of collections that were being made or deleted when a process ended."""
        known = {record.folder for record in self._registry.collections.values()}
        shards = self._path / _SHARDS
        for folder in shards.iterdir() if shards.is_dir() else ():
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)

    def _maintain(self) -> None:
        while not self._closing.wait(_FLUSH_SECONDS):
            with self._lock:
                collections = [*self._collections.items()]
            for name, collection in collections:
                try:
                    at_rest = not collection.flush()
                    wastes_space = at_rest and collection.wastes_space(self._folder(collection.record))
                    if (wastes_space or collection.needs_graph(at_rest=at_rest)) and not self._closing.is_set():
                        self._try_to_optimize(name)
                except Exception:  # the engine raises nothing narrower; searches and writes go on as before
                    log.exception("event=maintenance_failed")

    def _try_to_optimize(self, name: str) -> None:
        """Put points in order, unless it failed a short while ago. Each attempt copies the collection."""
        not_before, pause = self._pauses.get(name, (0.0, _FIRST_PAUSE))
        if time.monotonic() < not_before:
            return
        self._pauses[name] = (time.monotonic() + pause, min(2 * pause, _LONGEST_PAUSE))
        with contextlib.suppress(Refusal):  # the collection was deleted meanwhile
            if self.optimize(name):
                del self._pauses[name]


def _make_temporary_folder() -> Path:
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _LEAST_MEMORY
    parent = _MEMORY if has_room else Path(tempfile.gettempdir())
    _remove_abandoned_folders(parent)
    return Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=parent))


def _remove_abandoned_folders(parent: Path) -> None:
    """Remove the temporary folders of this user's processes that were killed."""
    for lock in parent.glob(f"{_TEMPORARY}*/{_LOCK}"):
        with contextlib.suppress(OSError), lock.open("ab") as held:  # held by somebody, or not ours
            if time.time() - lock.stat().st_mtime > _ABANDONED_SECONDS:  # not one that is being made
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)


def _hold_folder(path: Path) -> int:
    """Lock the folder for this process; qdrant-client's local mode locks the same file."""
    path.mkdir(parents=True, mode=0o700, exist_ok=True)
    held = _open_privately(str(path / _LOCK), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise FolderInUse(str(path)) from None
    return held


def _release_folder(held: int, temporary: Path | None) -> None:
    os.close(held)
    if temporary is not None:
        shutil.rmtree(temporary, ignore_errors=True)


def _sync_folder(path: Path) -> None:
    """Let the names in a folder outlive a power cut."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
