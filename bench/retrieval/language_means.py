"""Make the mean vectors that the local model subtracts, of languages and of tokens.

`python -m bench.retrieval.language_means` writes both files.

The interface says the same in seven languages: how the mean of one language differs from the mean of all is its
language alone. To this is added most of the mean of public texts in French, Spanish and English: what all texts share.
No answer to any question is used.
"""

from __future__ import annotations

import importlib
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.retrieval.question_sets import load_question_sets
from bench.retrieval.vectors import VectorCache
from bot.answering.not_found import NOT_FOUND_TEXTS
from knowledge.core.documents import LANGUAGE_CODES
from knowledge.embeddings.local.encoder import MEANS_FILE, PASSAGE_PREFIX, QUESTION_PREFIX, LocalEncoder
from knowledge.embeddings.local.late_interaction import TOKEN_MEANS_FILE
from knowledge.embeddings.local.model_files import ModelFiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SHARE = 0.75  # of the mean of public texts
_SHORTEST = 25  # characters of a sentence of the interface
_TOKEN_SENTENCES = 60  # of each language: some hundred tokens say the same as thousands
_NAMES = {
    "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch", "pt": "portuguese"
}  # fmt: skip
_PUBLIC = (("PIAF",), ("XQuAD",), ("Spring Boot", "MMLongBench"))  # French, Spanish, English


def main() -> None:
    """Write the means: questions, then passages; a row for each language, and one for any other."""
    cache = VectorCache(centred=False)
    sentences = _collect_sentences()
    sets = {one.name: one for one in load_question_sets(cache)}
    tables = []
    for embed, column in ((cache.embed_questions, "asked"), (cache.embed_passages, "vectors")):
        means = np.stack([embed(sentences[language]).mean(axis=0) for language in LANGUAGE_CODES])
        public = np.mean(
            [np.mean([getattr(sets[name], column).mean(axis=0) for name in names], axis=0) for names in _PUBLIC], axis=0
        )
        offsets = np.vstack([means - means.mean(axis=0), np.zeros_like(public)])
        tables.append(offsets + _SHARE * public)
    np.save(MEANS_FILE, np.stack(tables).astype(np.float16))
    write_token_means(sentences)


def write_token_means(sentences: Mapping[str, Sequence[str]]) -> None:
    """Write the mean of the tokens of some sentences of the interface, as questions and as passages."""
    files = ModelFiles.in_environment()
    files.make_files()
    encoder = LocalEncoder(files)
    means = [
        np.mean(
            [
                np.concatenate(
                    [encoder.read_text(prefix + text).token_rows for text in sentences[code][:_TOKEN_SENTENCES]]
                ).mean(axis=0)
                for code in LANGUAGE_CODES
            ],
            axis=0,
        )
        for prefix in (QUESTION_PREFIX, PASSAGE_PREFIX)
    ]
    np.save(TOKEN_MEANS_FILE, np.stack(means).astype(np.float16))


def _collect_sentences() -> dict[str, list[str]]:
    """The sentences of the interface that every language has, in one order."""
    found = {}
    for code, name in _NAMES.items():
        interface = getattr(importlib.import_module(f"bot.slack.i18n.texts_{code}"), name.upper())
        answers = importlib.import_module(f"bot.answering.languages.{name}")
        texts = {
            "interface": interface,
            "not found": NOT_FOUND_TEXTS[code],
            "answers": answers.ANSWER_TEXTS,
            "talk": answers.TALK_TEXTS,
        }
        found[code] = {key: text for key, text in _list_strings(texts, "") if len(text) > _SHORTEST}
    common = sorted(set.intersection(*(set(one) for one in found.values())))
    return {code: [texts[key] for key in common] for code, texts in found.items()}


def _list_strings(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _list_strings(getattr(value, field.name), f"{name}.{field.name}")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _list_strings(one, f"{name}.{key}")
    elif isinstance(value, (tuple, list)):
        for n, one in enumerate(value):
            yield from _list_strings(one, f"{name}.{n}")


if __name__ == "__main__":
    main()
