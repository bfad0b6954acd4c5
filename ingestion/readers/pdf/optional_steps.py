"""Limits a failure in an optional step of reading a PDF to its pages, which are read without the step.

A step is optional if the text is useful without it: tables, headings, headers and footers. The removal of hidden text
is not optional: if it fails, the document is set aside.
"""

from __future__ import annotations

import traceback
from collections import defaultdict
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ingestion.readers.pdf.lines import PdfLine

_Found = TypeVar("_Found")


class OptionalSteps:
    """Runs the optional steps on some pages of a document, and records failures."""

    def __init__(self) -> None:
        self._without: defaultdict[str, set[int]] = defaultdict(set)

    @property
    def plain_pages(self) -> int:
        """The number of pages on which a step failed."""
        return len(set[int]().union(*self._without.values()))

    @property
    def faults(self) -> tuple[str, ...]:
        """The failures for the log: step, kind of error, place in the code, number of pages."""
        return tuple(f"{fault} pages={len(pages)}" for fault, pages in self._without.items())

    def run_step(self, step: str, pages: Iterable[int], without: _Found, do: Callable[[], _Found]) -> _Found:
        """The result of `do` on these pages, or `without` if it fails."""
        try:
            return do()
        except (SouffleurError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001  # code of ours on a page that nobody foresaw: counted and logged
            last = traceback.extract_tb(error.__traceback__)[-1]
            self._without[f"step={step} error={type(error).__name__} at={last.name}:{last.lineno}"].update(pages)
            return without

    def note_failure(self, step: str, error: str, pages: Iterable[int]) -> None:
        """Record that something of these pages was not read, without an exception."""
        if numbers := set(pages):
            self._without[f"step={step} error={error} at={step}:0"].update(numbers)

    def run_step_by_page(
        self, step: str, lines: Sequence[PdfLine], find: Callable[[range], dict[int, _Found]]
    ) -> dict[int, _Found]:
        """The results of `find` on each page, by the places of the page's lines; empty for a page where it fails."""
        found: dict[int, _Found] = {}
        for page, run in groupby(range(len(lines)), key=lambda at: lines[at].page):
            places = list(run)
            nothing: dict[int, _Found] = {}
            found |= self.run_step(step, [page], nothing, partial(find, range(places[0], places[-1] + 1)))
        return found

    def limit_to_pages(self, pages: Iterable[int]) -> OptionalSteps:
        """The failures of the whole document, counted for these pages only."""
        own, numbers = OptionalSteps(), set(pages)
        own._without.update((fault, set(numbers)) for fault in self._without)
        return own
