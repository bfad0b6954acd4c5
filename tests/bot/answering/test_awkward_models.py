"""Outputs seen from real models, with the text, state, citations and notices of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.answering.answer import AnswerState
from bot.answering.languages.english import PROMPTS as ENGLISH_PROMPTS
from bot.answering.languages.french import PROMPTS as FRENCH_PROMPTS
from bot.answering.not_found import NOT_FOUND_TEXTS
from tests.bot.answering.pipeline_setup import PipelineSetup, open_pipeline
from tests.doubles.ollama import Ollama, ollama_in_thread

REMOTE = "Combien de jours de télétravail par semaine ?"
# Number 1 of the passages given for it says "deux jours par semaine", number 2 "trois euros par jour".
DAYS = "Le télétravail est limité à deux jours par semaine"
PAY = "L'indemnité de télétravail est de trois euros par jour"


@dataclass(frozen=True, slots=True)
class Said:
    """An output of a model and the expected answer; the text `None` means the output unchanged."""

    output: str
    text: str | None = None
    state: AnswerState = "answered"
    cites: tuple[int, ...] = (1,)
    notices: tuple[str, ...] = ()
    weak: tuple[int, ...] = ()
    uncited: int = 0


QUIET = (FRENCH_PROMPTS.answer.model_quiet.format(model="mixtral"),)
OUTPUTS = {
    "as it should be": Said(f"{DAYS} [1]. {PAY} [2].", cites=(1, 2)),
    "no citation": Said(f"{DAYS}.", state="partly", cites=(), notices=(FRENCH_PROMPTS.answer.uncited,), uncited=1),
    "a number without a passage": Said(
        f"{DAYS} [9].", f"{DAYS}.", state="partly", cites=(), notices=(FRENCH_PROMPTS.answer.uncited,), uncited=1
    ),
    "a wrong number in the sentence": Said(
        "Le télétravail est limité à quatre jours par semaine [1].",
        state="partly",
        notices=(FRENCH_PROMPTS.answer.unbacked,),
        weak=(1,),
    ),
    "one wrong citation of two": Said(f"{DAYS} [1]. {PAY} [1].", weak=(1,)),
    "side by side": Said(f"{DAYS}, et {PAY} [1][2].", cites=(1, 2)),
    "a list": Said(f"{DAYS}, et {PAY} [1, 2].", f"{DAYS}, et {PAY} [1][2].", cites=(1, 2)),
    "a range": Said(f"{DAYS}, et {PAY} [1-2].", f"{DAYS}, et {PAY} [1][2].", cites=(1, 2)),
    "lenticular brackets": Said(f"{DAYS} 【1】.", f"{DAYS} [1]."),
    "lenticular with a source": Said(f"{DAYS}【1†Guide】.", f"{DAYS}[1]."),
    "a footnote": Said(f"{DAYS}[^1].", f"{DAYS}[1]."),
    "a named passage": Said(f"{DAYS} [Passage 1].", f"{DAYS} [1]."),
    "a page beside the number": Said(f"{DAYS} [passage 1, p. 2].", f"{DAYS} [1]."),
    "the passage in words": Said(f"Selon le passage 1, {DAYS.lower()}."),
    "the passage in words and in brackets": Said(f"Selon le passage 1, {DAYS.lower()} [1]."),
    "two with a word between": Said(f"{DAYS}, et {PAY} [1 et 2].", f"{DAYS}, et {PAY} [1][2].", cites=(1, 2)),
    "parentheses": Said(f"{DAYS} (1).", f"{DAYS} (1)."),
    "the citation after the full stop": Said(f"{DAYS}. [1] {PAY}. [2]", cites=(1, 2)),
    "one sentence without": Said(f"{DAYS} [1]. Les dates sont fixées avec l'équipe chaque mois.", uncited=1),
    "a refusal in French": Said(
        "Les passages fournis ne mentionnent pas cette information.", state="not_found", cites=()
    ),
    "a polite refusal": Said(
        "Désolé, je n'ai trouvé aucune information à ce sujet dans les documents. Adressez-vous aux RH du siège.",
        state="not_found",
        cites=(),
    ),
    "a refusal in English": Said(
        "I'm sorry, but the provided passages do not contain this information.", state="not_found", cites=()
    ),
    "the verdict": Said("NOT_FOUND", NOT_FOUND_TEXTS["fr"].not_found, state="not_found", cites=()),
    "a part, and a refusal for the rest": Said(
        f"{DAYS} [1]. Les passages ne disent rien des stagiaires.", state="partly"
    ),
    "a part, and what is missing": Said(f"{DAYS} [1].\n\nIl manque : le cas des stagiaires.", state="partly"),
    "a part, and the verdict": Said(
        f"{DAYS} [1].\nNOT_FOUND", f"{DAYS} [1].", state="partly", notices=(FRENCH_PROMPTS.answer.in_part,)
    ),
    "a part, what is missing, and the verdict": Said(
        f"{DAYS} [1].\nIl manque : le cas des stagiaires.\nNOT_FOUND",
        f"{DAYS} [1].\nIl manque : le cas des stagiaires.",
        state="partly",
    ),
    "another language": Said(
        "You may work from home on two days of the week, with the consent of your manager [1].",
        notices=(FRENCH_PROMPTS.answer.other_language,),
    ),
    "thoughts": Said(f"<think>\nThe user asks [2]…\n</think>\n\n{DAYS} [1].", f"{DAYS} [1]."),
    "thoughts without a beginning": Said(
        f"Je regarde le premier passage [1].\n</think>\n{DAYS} [1].",
        f"Je regarde le premier passage [1].\n\n{DAYS} [1].",
        notices=(FRENCH_PROMPTS.answer.thought_aloud,),
        weak=(1,),
    ),
    "thoughts without an end": Said(
        "<think>Le passage 1 parle de", "", state="passages_only", cites=(1,), notices=QUIET
    ),
    "half a tag": Said(f"{DAYS} [1].\n</thi", f"{DAYS} [1]."),
    "cut in a sentence": Said(f"{DAYS} [1]. {PAY} [2]. Les autres", cites=(1, 2)),
    "cut in a citation": Said(f"{DAYS} [1]. {PAY} [", f"{DAYS} [1]. {PAY} [", uncited=1),
    "cut in code": Said(f"{DAYS} [1] :\n```java\nclass A {{", f"{DAYS} [1] :\n```java\nclass A {{"),
    "empty": Said("", "", state="passages_only", cites=(1,), notices=QUIET),
    "white space": Said(" \n\n ", "", state="passages_only", cites=(1,), notices=QUIET),
    "our instructions": Said(f"{FRENCH_PROMPTS.system.splitlines()[2]}\n{DAYS} [1].", f"{DAYS} [1]."),
    "our fences": Said(f"[1] <passage 0123456789ab>{DAYS}</passage 0123456789ab> [1].", f"[1] {DAYS} [1]."),
    "a template's words": Said(f"[INST]{DAYS} [1].</s><|im_end|>", f"{DAYS} [1]."),
    "a bibliography": Said(f"{DAYS} [1].\n\n**Sources :**\n- [1] Guide, p. 1\n- [2] Guide, p. 2\n", f"{DAYS} [1]."),
    "a bibliography on one line": Said(f"{DAYS} [1].\n\nSources : [1], [2]", f"{DAYS} [1]."),
    "a heading that is no bibliography": Said(f"## Sources\n{DAYS} [1]."),
    "headings": Said(f"## Télétravail\n\n{DAYS} [1].\n\n### Indemnité\n\n{PAY} [2].", cites=(1, 2)),
    "a table": Said(
        "| Règle | Valeur |\n|---|---|\n| télétravail par semaine | deux jours [1] |\n"
        "| indemnité de télétravail | trois euros par jour [2] |",
        cites=(1, 2),
        uncited=1,
    ),
}


@pytest.fixture(scope="module")
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


@pytest.fixture(scope="module")
def setup(ollama: Ollama) -> Iterator[PipelineSetup]:
    with open_pipeline(ollama.url, meaning=True) as setup:
        yield setup


@pytest.mark.parametrize("name", OUTPUTS)
async def test_what_models_say_awkwardly_is_shown_for_what_it_is(
    setup: PipelineSetup, ollama: Ollama, name: str
) -> None:
    case = OUTPUTS[name]
    ollama.script = lambda messages: [case.output[at : at + 3] for at in range(0, len(case.output), 3)]
    answer = await setup.answer(REMOTE)
    if answer.state == "passages_only":
        assert answer.text.startswith("> Le télétravail")
    else:
        assert answer.text == (case.output if case.text is None else case.text)
    result = (
        answer.state,
        tuple(one.n for one in answer.citations),
        answer.notices,
        tuple(sorted(answer.unsupported_citations)),
    )
    assert result == (case.state, case.cites, case.notices, case.weak)
    assert answer.uncited == case.uncited


async def test_a_model_that_only_repeats_itself_is_stopped(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = lambda messages: [f"{DAYS} [1]. "] * 2_000
    answer = await setup.answer(REMOTE)
    assert (answer.state, answer.notices) == ("partly", (FRENCH_PROMPTS.answer.looped,))
    assert len(answer.text) < 5_000


async def test_an_answer_that_reached_the_length_allowed_says_so(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = lambda messages: [f"{DAYS} [1]. ", *(f"Le point {n} reste ouvert. " for n in range(3_000))]
    answer = await setup.answer(REMOTE)
    assert answer.state == "partly"
    assert answer.notices == (FRENCH_PROMPTS.answer.too_long,)


async def test_an_english_question_is_told_of_a_french_answer(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = lambda messages: [f"{DAYS}, avec l'accord du responsable [1]."]
    answer = await setup.answer("How many days may I work from home in a week?")
    assert ENGLISH_PROMPTS.answer.other_language in answer.notices
