"""Tests that the prompts are equal to the texts of the file beside this test, which were measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.prompt.builder import build_answer_prompt, build_condense_prompt, build_rewrite_prompt
from bot.answering.prompt.thread_cache import ThreadExchange
from bot.answering.question import Question, Turn
from knowledge.core.access import Audience
from tests.bot.answering.passages import found

if TYPE_CHECKING:
    from knowledge.core.documents import Language

_BUDGET = 12_000
_QUESTION = "Et l'indemnité {par jour} ?"
_HISTORY = (
    Turn("person", "Combien de jours {par} semaine ?"),
    Turn("bot", "Deux jours [1]."),
    Turn("person", "Merci."),
)
_PASSAGES = [found("Deux jours de {télétravail} par semaine."), found("Trois euros par jour.\n\nSur justificatif.")]
_EXPECTED = json.loads((Path(__file__).parent / "prompts_read_by_the_model.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_model_reads_the_same_as_before(language: Language) -> None:
    texts, asked = PROMPT_TEXTS[language], Question(_QUESTION, Audience.everyone(), _HISTORY)
    first = build_answer_prompt(_QUESTION, _PASSAGES[:1], ThreadExchange(), texts, _BUDGET, "0123456789ab")
    earlier = first.exchange_with_answer("Deux jours {oui} [1].")
    prompts = {
        "answer": first,
        "answer again": build_answer_prompt(_QUESTION, _PASSAGES, earlier, texts, _BUDGET, "ba9876543210"),
        "nothing found": build_answer_prompt(_QUESTION, [], ThreadExchange(), texts, _BUDGET, "0123456789ab"),
        "condense": build_condense_prompt(asked, ThreadExchange(), texts, _BUDGET),
        "condense again": build_condense_prompt(asked, earlier, texts, _BUDGET),
        "rewrite": build_rewrite_prompt(_QUESTION, earlier, texts, _BUDGET),
    }
    read = {
        name: [[message.type, message.text] for message in prompt.template.invoke(prompt.values).to_messages()]
        for name, prompt in prompts.items()
    }
    assert read == _EXPECTED[language]
