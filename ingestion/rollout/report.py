"""Describes the versions of the index: in sentences for a terminal, in JSON for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from knowledge.core.stored_record import known_fields
from knowledge.storage.client import EMBEDDED_PASSAGES_LIMIT, format_embedded_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.storage.index_versions import IndexVersion, RolloutState

_WAIT_SENTENCES = {
    "documents": "{unread} to be read still, {path} among them.",
    "meaning": "the embedding model has not seen every passage yet.",
    "gate": "it is complete, and is held against the other before it answers.",
    "refused": (
        "it finds less on the questions of SWITCH_GATE ({scores}) and does not take over. "
        "Set back what was changed, or correct or unset SWITCH_GATE, and restart the worker."
    ),
}


def describe_index(
    rollout: RolloutState | None,
    kept_versions: Sequence[IndexVersion],
    passages: int,
    *,
    keep_hours: float,
    is_embedded: bool,
) -> Iterator[str]:
    """Yield what an operator must know about the index; a replaced index is kept for `keep_hours`."""
    if rollout:
        yield (
            f"Another index ({_describe_recipe(rollout.next_version)}) is made beside the one that answers "
            f"({_describe_recipe(rollout.serving_version)}) since {format_iso_time(rollout.next_version.began_at)}: "
            f"{rollout.ready_documents} of {format_count(rollout.total_documents, 'document')}; "
            f"{_describe_wait(rollout)}"
        )
    for version in kept_versions:
        until = (version.retired_at or 0) + 3600 * keep_hours
        yield (
            f"The index that was set aside at {format_iso_time(version.retired_at)} ({_describe_recipe(version)}) "
            f"is kept until {format_iso_time(until)} (KEEP_OLD_INDEX_HOURS)."
        )
    if is_embedded and passages > EMBEDDED_PASSAGES_LIMIT:
        yield format_embedded_limit(passages)


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 passage", "2 passages"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def rollout_to_json(
    serving: IndexVersion | None, rollout: RolloutState | None, kept_versions: Sequence[IndexVersion]
) -> dict[str, object]:
    """The serving version, the next one with its progress, and the kept ones."""
    next_version = None
    if rollout:
        progress = {
            "done": rollout.ready_documents,
            "documents": rollout.total_documents,
            "waits_for": rollout.waiting_for,
        }
        next_version = {**_version_to_json(rollout.next_version), **progress, "unread": list(rollout.unread_paths)}
    return {
        "serving": _version_to_json(serving) if serving else None,
        "next": next_version,
        "kept": [_version_to_json(version) for version in kept_versions],
    }


def _describe_wait(rollout: RolloutState) -> str:
    verdict = rollout.next_version.verdict
    return _WAIT_SENTENCES[rollout.waiting_for].format(
        unread=format_count(len(rollout.unread_paths), "document"),
        path=next(iter(rollout.unread_paths), ""),
        scores=", ".join(
            f"{name} {verdict.next[name]:.3f}, now {verdict.serving[name]:.3f}" for name in verdict.compared_metrics
        )
        if verdict
        else "",
    )


def _describe_recipe(version: IndexVersion) -> str:
    recipe = version.recipe
    return (
        f"{recipe.model_label}, reading {recipe.pipeline}, words {recipe.words}" if recipe else "from an older version"
    )


def _version_to_json(version: IndexVersion) -> dict[str, object]:
    return {
        "build": version.number,
        **(version.recipe.metadata if version.recipe else {}),
        "since": format_iso_time(version.began_at),
        "retired_at": format_iso_time(version.retired_at),
        "verdict": asdict(version.verdict, dict_factory=known_fields) if version.verdict else None,
    }


def format_iso_time(seconds: float | None) -> str | None:
    """Return the time as ISO 8601 in UTC, to the second; None for no time."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
