"""Which passages are too far from a question to be shown: thresholds, kept with the index that they were fitted for.

How near they are is measured by the bot; only the bar that a measure is held to stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.core.stored_record import StoredRecord


@dataclass(frozen=True, slots=True)
class RelevanceFloor(StoredRecord):
    """What a question's passages must reach, from 0 to 1, by one way to measure it (`measure`).

    `threshold` where they were found by words alone, `with_meaning` where meaning speaks too.
    """

    threshold: float
    measure: str
    with_meaning: float = 0.08


# Just below a third of the words, where every code is met; with meaning, where weights that were fitted on other
# questions refuse one answerable question in fifty at most. Another way to measure is another `measure`, and another
# reading or other words in the index are another threshold: fit it with `python -m bench.retrieval`.
DEFAULT_FLOOR = RelevanceFloor(0.11, "words, codes and leads 1")


def choose_relevance_floor(stored: RelevanceFloor | None) -> RelevanceFloor:
    """The floor of an index; today's where the index has none, or was fitted for another measure."""
    return stored if stored and stored.measure == DEFAULT_FLOOR.measure else DEFAULT_FLOOR
