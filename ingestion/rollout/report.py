"""Says how the builds of the index stand: in sentences for a terminal, in JSON for programs. Asks Qdrant nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from knowledge.storage.client import EMBEDDED_PASSAGES, too_many_embedded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.storage.index_versions import Build, Switch

_WAITS = {
    "documents": "{unread} to be read still, {path} among them.",
    "meaning": "the embedding model has not seen every passage yet.",
    "gate": "it is complete, and is held against the other before it answers.",
    "refused": (
        "it finds less on the questions of SWITCH_GATE ({scores}) and does not take over. "
        "Set back what was changed, or correct or unset SWITCH_GATE, and restart the worker."
    ),
}


def sentences(
    switch: Switch | None, kept: Sequence[Build], passages: int, *, keep_hours: float, embedded: bool
) -> Iterator[str]:
    """What whoever runs the worker must know about the index, if anything; `keep_hours` is how long one is kept."""
    if switch:
        yield (
            f"Another index ({_made_with(switch.next)}) is made beside the one that answers "
            f"({_made_with(switch.serving)}) since {_moment(switch.next.began_at)}: "
            f"{switch.done} of {counted(switch.total, 'document')}; {_waits(switch)}"
        )
    for build in kept:
        until = (build.retired_at or 0) + 3600 * keep_hours
        yield (
            f"The index that was set aside at {_moment(build.retired_at)} ({_made_with(build)}) is kept until "
            f"{_moment(until)} (KEEP_OLD_INDEX_HOURS)."
        )
    if embedded and passages > EMBEDDED_PASSAGES:
        yield too_many_embedded(passages)


def counted(number: int, thing: str) -> str:
    """So many of a thing: "1 passage", "2 passages"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def standing(serving: Build | None, switch: Switch | None, kept: Sequence[Build]) -> dict[str, object]:
    """The same as a program wants it."""
    coming = None
    if switch:
        progress = {"done": switch.done, "documents": switch.total, "waits_for": switch.waits}
        coming = {**_told(switch.next), **progress, "unread": list(switch.unread)}
    return {"serving": _told(serving) if serving else None, "next": coming, "kept": [_told(build) for build in kept]}


def _waits(switch: Switch) -> str:
    verdict = switch.next.verdict
    return _WAITS[switch.waits].format(
        unread=counted(len(switch.unread), "document"),
        path=next(iter(switch.unread), ""),
        scores=", ".join(
            f"{name} {verdict.next[name]:.3f}, now {verdict.serving[name]:.3f}" for name in verdict.watched
        )
        if verdict
        else "",
    )


def _made_with(build: Build) -> str:
    recipe = build.recipe
    return f"{recipe.model}, reading {recipe.pipeline}, words {recipe.words}" if recipe else "from an older version"


def _told(build: Build) -> dict[str, object]:
    return {
        "build": build.number,
        **(asdict(build.recipe) if build.recipe else {}),
        "since": _moment(build.began_at),
        "retired_at": _moment(build.retired_at),
        "verdict": asdict(build.verdict) if build.verdict else None,
    }


def _moment(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
