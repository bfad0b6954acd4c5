"""unstructured runs without the model that it would download, and without the package that reads it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions, files
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from ingestion.readers.unstructured_adapter import name_no_parts, split_sentences, split_words, stay_offline
from tests.deployment.compose import ROOT


def test_what_is_left_out_of_the_locks_is_not_installed() -> None:
    left_out = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"][
        "exclude-dependencies"
    ]
    installed = {canonicalize_name(one.name) for one in distributions()}
    assert installed.isdisjoint(left_out)


def test_unstructured_asks_the_replaced_module_for_nothing_else() -> None:
    asked: set[str] = set()
    for file in files("unstructured") or ():
        if file.suffix == ".py":
            source = Path(str(file.locate())).read_text(encoding="utf-8")
            for names in re.findall(r"from unstructured\.nlp\.tokenize import ([\w, ]+)", source):
                asked |= {name.strip() for name in names.split(",") if name.strip()}
            assert "import unstructured.nlp" not in source
    assert asked == {"pos_tag", "sent_tokenize", "word_tokenize"}


def test_unstructured_splits_with_ours() -> None:
    stay_offline()
    from unstructured.partition import text_type

    used = vars(text_type)
    assert used["word_tokenize"] is split_words
    assert used["sent_tokenize"] is split_sentences
    assert used["pos_tag"] is name_no_parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ITEM 1. Financial (Unaudited)", ["ITEM", "1", ".", "Financial", "(", "Unaudited", ")"]),
        ("L’été, aujourd'hui", ["L’été", ",", "aujourd'hui"]),
        ("", []),
    ],
)
def test_signs_are_words_of_their_own(text: str, words: list[str]) -> None:
    assert split_words(text) == words
    assert [word for word, part in name_no_parts(text) if not part] == words


def test_a_sentence_ends_before_a_blank() -> None:
    assert split_sentences("Version 3.2 is out. Really? Yes…  好。 End") == [
        "Version 3.2 is out.",
        "Really?",
        "Yes…",
        "好。",
        "End",
    ]
