"""Measure the check of citations against people's judgement: `.venv/bin/python -m bench.bot.citation_check`.

People wrote sentences about the sample documents and labelled each: right, or wrong in one of five ways. A sentence is
found to be wrong if the check calls it weak. `tune` documents were used to choose the check's numbers, `held_out` ones
were not. Prints a table, and one JSON line last.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.answering.verification.statement_check import CitedText, judge_support
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_document_file
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import passages_from_excerpts

if TYPE_CHECKING:
    from collections.abc import Iterable

Label = Literal["right", "wrong_number", "wrong_name", "negated", "other_passage", "invented"]
Part = Literal["tune", "held_out"]
SENTENCES = Path("tests/bot/answering/verification/judged_sentences.jsonl")
_SAMPLES = Path("playground/documents")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence. It cites the passage of `document` that holds the text `passage`."""

    part: Part
    document: str
    passage: str
    lang: str
    label: Label
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of a sentence."""

    sentence: Sentence
    is_weak: bool
    is_foreign: bool


def read_sentences() -> list[Sentence]:
    """Reads the labelled sentences."""
    return [Sentence(**json.loads(line)) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]


def judge_sentences(sentences: Iterable[Sentence]) -> list[Verdict]:
    """Reads the documents and checks each sentence against its passage."""
    texts: dict[str, list[str]] = {}
    sources: dict[str, CitedText] = {}
    verdicts = []
    for one in sentences:
        if one.document not in texts:
            texts[one.document] = _read_passages(one.document)
        [text] = [text for text in texts[one.document] if one.passage in text]
        source = sources.setdefault(text, CitedText(text, None))
        is_foreign = source.language not in (None, one.lang)
        verdicts.append(Verdict(one, judge_support(one.sentence, source) == "weak", is_foreign))
    return verdicts


def _read_passages(name: str) -> list[str]:
    parsed = read_document_file(_SAMPLES / name)
    document = Document(name, Fingerprint(1, 1, 1, 1), "0", name, 1, DocumentState.WORDS, title=parsed.title)
    return [one.indexed_text for one in passages_from_excerpts(document, split_into_excerpts(parsed))]


def compute_figures(verdicts: Iterable[Verdict]) -> dict[str, float | int]:
    """Computes false alarms, the share found of each kind of wrong sentence, and the balanced accuracy."""
    judged = list(verdicts)
    counts = Counter(one.sentence.label for one in judged)
    weak = Counter(one.sentence.label for one in judged if one.is_weak)
    wrong = sum(counts.values()) - counts["right"]
    alarms = weak["right"] / counts["right"]
    found = (sum(weak.values()) - weak["right"]) / wrong
    kinds = {f"{label}_found": weak[label] / counts[label] for label in sorted(counts) if label != "right"}
    shares = {"false_alarms": alarms, "wrong_found": found, "balanced_accuracy": (1 - alarms + found) / 2, **kinds}
    return {"sentences": len(judged), "right": counts["right"], **{name: round(one, 3) for name, one in shares.items()}}


def main() -> None:
    """Measure and print."""
    verdicts = judge_sentences(read_sentences())
    groups = {
        "tune": [one for one in verdicts if one.sentence.part == "tune"],
        "held_out": [one for one in verdicts if one.sentence.part == "held_out"],
    }
    groups["held_out_same_language"] = [one for one in groups["held_out"] if not one.is_foreign]
    groups["held_out_other_language"] = [one for one in groups["held_out"] if one.is_foreign]
    figures = {name: compute_figures(judged) for name, judged in groups.items()}
    for name in figures["held_out"]:
        print(f"{name:24}" + "".join(f"{figures[group].get(name, ''):>26}" for group in groups))
    print(json.dumps({"bench": "citation_check", **figures, "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
