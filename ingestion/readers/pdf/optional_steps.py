"""Hold a fault in an optional step of reading a PDF to its pages: they are read without the step, and counted.

A step is optional where a page's text is of use without it: tables, headings, furniture. Leaving out what people do not
see is none, since it protects them: where that fails, the document is set aside.
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


class Steps:
    """The optional steps taken on some pages of a document, and what came of them."""

    def __init__(self) -> None:
        self._without: defaultdict[str, set[int]] = defaultdict(set)

    @property
    def plain_pages(self) -> int:
        """How many pages were read without one of the steps."""
        return len(set[int]().union(*self._without.values()))

    @property
    def faults(self) -> tuple[str, ...]:
        """What failed, for a log: the step, the kind of error, its place in the code, and on how many pages."""
        return tuple(f"{fault} pages={len(pages)}" for fault, pages in self._without.items())

    def optional(self, step: str, pages: Iterable[int], without: _Found, do: Callable[[], _Found]) -> _Found:
        """What `do` finds on these pages, or `without` where it fails."""
        try:
            return do()
        except (SouffleurError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001  # code of ours on a page that nobody foresaw: counted and logged
            last = traceback.extract_tb(error.__traceback__)[-1]
            self._without[f"step={step} error={type(error).__name__} at={last.name}:{last.lineno}"].update(pages)
            return without

    def by_page(
        self, step: str, lines: Sequence[PdfLine], find: Callable[[range], dict[int, _Found]]
    ) -> dict[int, _Found]:
        """What `find` finds on each page, told by the places of the page's lines; nothing where it fails."""
        found: dict[int, _Found] = {}
        for page, run in groupby(range(len(lines)), key=lambda at: lines[at].page):
            places = list(run)
            nothing: dict[int, _Found] = {}
            found |= self.optional(step, [page], nothing, partial(find, range(places[0], places[-1] + 1)))
        return found

    def upon(self, pages: Iterable[int]) -> Steps:
        """What failed for the whole document, as said of these pages of it."""
        own, numbers = Steps(), set(pages)
        own._without.update((fault, set(numbers)) for fault in self._without)
        return own
