"""Whoever may write to one folder cannot have anything read by exchanging it while the worker looks.

SWAP_SECONDS says how long each attack lasts: a few seconds here, hours by hand.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.core.access import EVERYONE
from knowledge.storage.schema import passage_from_payload
from tests.ingestion.folder_swaps import Swapper
from tests.ingestion.worker_setup import Bench
from tests.knowledge.samples import list_points

SECONDS = float(os.environ.get("SWAP_SECONDS", "2"))
FILES = 6
PRIVATE = "confidentiel"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")


def _fill(folder: Path, word: str) -> None:
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"{number}.md").write_text(f"# Note {number}\n\nUn texte {word} de la note {number}.")


def _swap_with_links(root: Path) -> list[str]:
    """A public folder against links to a private folder, and to a place outside."""
    _fill(root / "#finance", PRIVATE)
    _fill(root.parent / "outside", PRIVATE)
    (root / ".to_finance").symlink_to("#finance")
    (root / ".outside").symlink_to(root.parent / "outside")
    return [".to_finance", ".outside"]


def _swap_with_ruled_folder(root: Path) -> list[str]:
    """A public folder against one that its rule file closes: whatever is read, the rule came with it."""
    _fill(root / ".ruled", PRIVATE)
    (root / ".ruled" / ".souffleur.toml").write_text('audience = "#finance"')
    return [".ruled"]


@pytest.mark.parametrize("prepare", [_swap_with_links, _swap_with_ruled_folder], ids=["links", "rules"])
def test_nothing_private_is_indexed_for_everyone_while_folders_are_exchanged(
    bench: Bench, prepare: Callable[[Path], list[str]]
) -> None:
    _fill(bench.root / "team", "public")
    others = prepare(bench.root)
    bench.scan()  # starts the reader
    team = os.open(bench.root / "team", os.O_RDONLY)
    until, passes = time.monotonic() + SECONDS, 0
    with Swapper(bench.root, "team", others) as swapper:
        while time.monotonic() < until:
            _rewrite(team, passes)
            bench.ahead += 4_000  # what failed meanwhile is tried again at once
            bench.scan()
            passes += 1
            assert _leaks(bench) == []
    os.close(team)
    assert swapper.swaps > passes
    bench.ahead += 4_000
    bench.scan()
    assert _leaks(bench) == []
    assert {path for path in bench.found("texte public") if path.startswith("team/")}


def _rewrite(folder: int, passes: int) -> None:
    """Change the public files by their folder's descriptor, wherever the folder is now."""
    for number in range(FILES):
        descriptor = os.open(f"{number}.md", os.O_WRONLY | os.O_TRUNC, dir_fd=folder)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"# Note {number}\n\nUn texte public de la note {number}, {passes}.")


def _leaks(bench: Bench) -> list[str]:
    """Every path under which a private text is indexed for everyone."""
    points = list_points(bench.client, bench.index.collection)
    passages = [passage_from_payload(point.payload or {}, str(point.id)) for point in points]
    return [one.path for one in passages if EVERYONE in one.audience and PRIVATE in one.excerpt.text]
