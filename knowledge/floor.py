"""Which passages are too far from a question to be shown: a threshold, kept with the index that it was fitted for.

How near they are is measured by the bot; only the bar that a measure is held to stands here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Floor:
    """What a question's passages must reach, from 0 to 1, by one way to measure it (`measure`)."""

    threshold: float
    measure: str


# Just below a third of the words, where every code is met. Another way to measure is another `measure`, and another
# reading or other words in the index are another threshold: fit it with `python -m bench.retrieval`.
FLOOR = Floor(0.11, "words and codes 1")


def threshold(of_index: Floor | None) -> float:
    """The threshold of an index; today's where the index has none, or was fitted for another measure."""
    return of_index.threshold if of_index and of_index.measure == FLOOR.measure else FLOOR.threshold
