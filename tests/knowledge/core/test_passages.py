from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.core.access import Audience
from knowledge.core.documents import FolderLabel
from knowledge.core.passages import Excerpt, passages_from_excerpts
from tests.knowledge.samples import document


def test_the_same_reading_gives_the_same_ids() -> None:
    excerpts = [Excerpt("un"), Excerpt("deux")]
    first, again = (passages_from_excerpts(document("a.md"), excerpts) for _ in range(2))
    assert first == again
    assert [passage.n for passage in first] == [0, 1]
    assert first[0].id != first[1].id


def test_another_path_or_content_gives_other_ids() -> None:
    documents = (document("a.md"), document("b.md"), document("a.md", "other content"))
    ids = {passages_from_excerpts(of, [Excerpt("un")])[0].id for of in documents}
    assert len(ids) == 3


def test_a_generation_alone_does_not_change_ids() -> None:
    (first,), (second,) = (passages_from_excerpts(document("a.md", generation=n), [Excerpt("un")]) for n in (1, 2))
    assert first.id == second.id


@pytest.mark.parametrize(
    ("section", "header"),
    [((), "Guide"), (("Congés",), "Guide › Congés"), (("Guide", "Congés"), "Guide › Congés")],
)
def test_a_passage_is_indexed_under_its_title_and_headings(section: tuple[str, ...], header: str) -> None:
    (passage,) = passages_from_excerpts(document(), [replace(Excerpt("texte"), section=section)])
    assert passage.indexed_text == f"{header}\ntexte"


def test_a_title_under_that_of_a_folder_is_not_said_twice() -> None:
    (passage,) = passages_from_excerpts(document(), [Excerpt("texte", section=("Guide", "Congés"))])
    under = replace(passage, title=FolderLabel("RH").prefix_title("Guide"))
    assert under.indexed_text == "RH › Guide › Congés\ntexte"
    assert FolderLabel("Guide").prefix_title("Guide") == "Guide"


@pytest.mark.parametrize("title", ["9f86d081884c7d65", "0c0a7a1b-93a1-4d52-8c1f-0a6b5f0f7c21"])
def test_a_title_that_is_a_machines_code_is_not_indexed(title: str) -> None:
    (passage,) = passages_from_excerpts(document(), [Excerpt("texte", section=("Congés",))])
    assert replace(passage, title=title).indexed_text == "Congés\ntexte"
    bare = replace(passage, title=title, excerpt=Excerpt("texte"))
    assert bare.indexed_text == "texte"
    assert replace(bare, title="20260104").indexed_text == "20260104\ntexte", "people write dates"


def test_an_empty_audience_knows_nothing() -> None:
    nobody, hr = Audience(frozenset()), Audience(frozenset({"hr"}))
    assert not nobody.may_know(frozenset({"everyone"}))
    assert not nobody.may_know(frozenset())
    assert not hr.may_know(frozenset({"hr", "law"}))
    assert hr.may_know(frozenset({"hr"}))
    assert not Audience.everyone().may_know(frozenset())
    assert not Audience.everyone().may_know(frozenset({"hr"}))
