"""Random pages that hide a word in any way: a real Chromium says who is right.

More pages: `HIDING_PAGES=3000 HIDING_SEED=7 .venv/bin/python -m pytest <this file> --timeout 0 -s`.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import remove_doubt_marks
from ingestion.readers.markup.html import filter_hidden_html
from tests.ingestion.readers.markup.chromium_judge import open_judge
from tests.ingestion.readers.markup.page_generator import WORD, generate_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.readers.markup.chromium_judge import ChromiumJudge

_PAGES = int(os.environ.get("HIDING_PAGES", "40"))
_SEED = int(os.environ.get("HIDING_SEED", "0"))

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def judge() -> Iterator[ChromiumJudge]:
    with open_judge() as opened:
        yield opened


def _verdict(html: str) -> str:
    kept = filter_hidden_html(html).html
    if WORD in kept:
        return "shown"
    return "doubt" if WORD in remove_doubt_marks(kept) else "hidden"


def test_what_chromium_shows_is_kept_and_what_it_hides_is_removed_or_marked(judge: ChromiumJudge) -> None:
    wrong: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(_SEED, _SEED + _PAGES):
        page = generate_page(Random(seed))  # noqa: S311  # reproducible, not secret
        verdict = _verdict(page.html)
        media = ("screen", "print") if page.has_media else ("screen",)
        seen = {judge.sees_word(page.html, WORD, medium) for medium in media}
        counts[verdict, "/".join(sorted("seen" if each else "unseen" for each in seen))] += 1
        if (verdict == "shown" and False in seen) or (verdict == "hidden" and True in seen):
            wrong.append(f"seed {seed}: {verdict}, though Chromium sees it: {seen}\n{page.html}")
    print(f"\npages={_PAGES} wrong={len(wrong)} {dict(counts)}")  # noqa: T201  # the rates, for whoever asks by -s
    assert not wrong, "\n\n".join(wrong)
