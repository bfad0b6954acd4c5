"""Takes each guard in guards.toml away by itself, in a copy of the project, and sees that a test fails.

`python -m tests.attacks --only guards` plays it (an hour). A test keeps that each text still stands in its file.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_COPIED = ("bot", "ingestion", "knowledge", "playground", "qdrant_engine", "tests")
# Loaded once, before the processes of the tests are forked: each would take seconds for it.
_LIBRARIES = ("aiohttp", "langchain_ollama", "langchain_qdrant", "qdrant_client", "slack_bolt.async_app")

_OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A file, the tests that hold its guards, and what stands in the place of each guard that is taken away."""

    file: str
    tests: tuple[str, ...]
    guards: Mapping[str, str]


def list_guarded_files() -> list[Guarded]:
    """The files of guards.toml."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [Guarded(file, tuple(guards.pop("tests").split()), guards) for file, guards in table.items()]


def count_guards(only: str = "") -> int:
    """How many guards there are in files whose path holds `only`."""
    return sum(len(guarded.guards) for guarded in list_guarded_files() if only in guarded.file)


def play_guards(only: str = "") -> Iterator[tuple[str, str]]:
    """Take away one guard after the other, in files whose path holds `only`; yield those that no test misses."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        _copy_project(copy)
        for guarded in list_guarded_files():
            whole = (ROOT / guarded.file).read_text(encoding="utf-8")
            for guard, instead in guarded.guards.items() if only in guarded.file else ():
                (copy / guarded.file).write_text(whole.replace(guard, instead), encoding="utf-8")
                if _run_tests(copy, guarded.tests) is not pytest.ExitCode.TESTS_FAILED:
                    yield guarded.file, guard
            (copy / guarded.file).write_text(whole, encoding="utf-8")


def _copy_project(copy: Path) -> None:
    copy.mkdir()
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, copy)
        elif path.name in _COPIED:
            shutil.copytree(path, copy / path.name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / ".venv").symlink_to(ROOT / ".venv")


def _run_tests(copy: Path, tests: tuple[str, ...]) -> pytest.ExitCode:
    child = os.fork()
    if child:
        return pytest.ExitCode(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    status = pytest.ExitCode.INTERNAL_ERROR
    try:
        os.chdir(copy)
        os.environ |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.path.insert(0, str(copy))
        for name in [name for name in sys.modules if name.partition(".")[0] in _COPIED]:
            del sys.modules[name]  # the copy's own are loaded
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = pytest.ExitCode(pytest.main([*_OPTIONS, *tests]))
    finally:
        os._exit(status)
