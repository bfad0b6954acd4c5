"""Keeps unstructured offline: no telemetry, and no language model that it would download.

unstructured tells titles from paragraphs with spaCy and a model that it downloads. `split_words` and `split_sentences`
take the place of the one module that uses them, `unstructured.nlp.tokenize`: spaCy is then not imported, and not
installed (pyproject.toml). They know no parts of speech: unstructured cannot tell a title from a paragraph by its
verbs.
"""

from __future__ import annotations

import os
import re
import sys
from types import ModuleType

_REPLACED_MODULE = "unstructured.nlp.tokenize"
_ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
}
_WORD = re.compile(r"\w+(?:['’-]\w+)*+|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")


def stay_offline() -> None:
    """Call before any import of unstructured; more calls change nothing."""
    os.environ.update(_ENVIRONMENT)
    if _REPLACED_MODULE not in sys.modules:
        module = ModuleType(_REPLACED_MODULE, "Splits text into words and sentences without a model.")
        module.__dict__.update(word_tokenize=split_words, sent_tokenize=split_sentences, pos_tag=name_no_parts)
        sys.modules[_REPLACED_MODULE] = module


def split_words(text: str) -> list[str]:
    """The words of a text, and each other sign as a word of its own."""
    return _WORD.findall(text)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text: each ends with a sign that ends sentences, before a blank."""
    return _SENTENCE_END.split(text)


def name_no_parts(text: str) -> list[tuple[str, str]]:
    """Each word with an empty part of speech."""
    return [(word, "") for word in split_words(text)]
