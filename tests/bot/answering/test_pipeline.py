from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from langchain_core.messages import AIMessageChunk

from bot.answering.answer import Answer, AnswerText, Progress
from bot.answering.languages.french import PROMPTS as FRENCH_PROMPTS
from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.answering.question import Question, Turn
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from tests.bot.answering.pipeline_setup import PipelineSetup, open_pipeline
from tests.doubles.ollama import Faults, Ollama, matching, ollama_in_thread
from tests.doubles.qdrant_requests import Requests

REMOTE = "Combien de jours de télétravail par semaine ?"
HISTORY = (
    Turn("person", "Combien de jours de télétravail ?"),
    Turn("bot", "Deux jours par semaine, selon {les} textes [1]."),
)


def _listed(path: str, requirement: str) -> Document:
    made = Document(
        path, Fingerprint(1, 1, 1, 1), "0" * 64, "v", 1, DocumentState.WORDS, title=path.removesuffix(".pdf")
    )
    return replace(made, audience=frozenset({requirement}), changed_at=1.0)


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


@pytest.fixture
def setup(ollama: Ollama) -> Iterator[PipelineSetup]:
    with open_pipeline(ollama.url, meaning=True) as setup:
        yield setup


async def test_an_answer_comes_in_steps_then_words_then_whole(setup: PipelineSetup) -> None:
    *steps, answer = await setup.events(REMOTE)
    # Nobody has used the model yet: it must be loaded.
    told = [(step.step, step.passages) for step in steps if isinstance(step, Progress)]
    assert told == [("searching", None), ("loading", 3)]
    assert len([step for step in steps if isinstance(step, AnswerText)]) > 3
    assert isinstance(answer, Answer)
    assert (answer.state, answer.language, answer.notices) == ("answered", "fr", ())
    assert answer.text.startswith("Selon les documents : Le télétravail est limité à deux jours")
    assert [(one.n, one.path, one.page) for one in answer.citations] == [(1, "Guide.pdf", 1), (2, "Guide.pdf", 2)]


async def test_a_whole_question_asks_qdrant_once(setup: PipelineSetup) -> None:
    client = setup.lookup.client
    IndexVersions(client, "t").activate_index_version(IndexVersion())
    await setup.answer("Quelle est l'indemnité ?")
    requests = Requests(client)
    assert (await setup.answer(REMOTE)).state == "answered"
    assert requests.take() == ["POST t_serving/points/query/batch"]


async def test_timings_say_when_each_step_ended(setup: PipelineSetup) -> None:
    timings = (await setup.answer(REMOTE, *HISTORY)).timings
    assert list(timings) == ["condense", "search", "first_words", "write", "total"]
    assert list(timings.values()) == sorted(timings.values())


async def test_an_answer_that_names_what_is_missing_answers_partly(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Combien", "Deux jours [1].\n\nIl manque : le cas des stagiaires."))
    answer = await setup.answer(REMOTE)
    assert answer.state == "partly"
    assert [one.n for one in answer.citations] == [1]


async def test_a_model_that_finds_nothing_lets_the_nearest_passages_speak(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Combien", "NOT_FOUND"))
    answer = await setup.answer(REMOTE)
    assert (answer.state, answer.text, answer.citations) == ("not_found", NOT_FOUND_TEXTS["fr"].not_found, ())
    assert answer.passages[0].passage.path == "Guide.pdf"


async def test_a_sentence_before_the_verdict_is_the_answer_s_text(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Combien", "Les passages parlent d'autre chose que cela. NOT_FOUND"))
    answer = await setup.answer(REMOTE)
    assert (answer.state, answer.text) == ("not_found", "Les passages parlent d'autre chose que cela.")


async def test_a_cited_answer_with_a_verdict_answers_partly(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Combien", "Deux jours par semaine au plus [1].\nNOT_FOUND"))
    answer = await setup.answer(REMOTE)
    assert (answer.state, answer.text) == ("partly", "Deux jours par semaine au plus [1].")
    assert answer.notices == (FRENCH_PROMPTS.answer.in_part,)


async def test_an_answer_that_cites_nothing_says_so(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Combien", "Deux jours par semaine, je crois bien [7]."))
    answer = await setup.answer(REMOTE)
    assert (answer.state, answer.citations, answer.notices) == ("partly", (), (FRENCH_PROMPTS.answer.uncited,))
    assert answer.text == "Deux jours par semaine, je crois bien."


@pytest.mark.parametrize("pieces", [[], [""], ["  ", "\n"]], ids=["no word", "an empty word", "white space"])
async def test_a_model_without_a_word_is_as_good_as_away(
    setup: PipelineSetup, ollama: Ollama, pieces: list[str]
) -> None:
    ollama.script = lambda messages: pieces
    answer = await setup.answer(REMOTE)
    assert answer.state == "passages_only"
    assert "Le modèle mixtral n'a pas répondu" in answer.notices[0]


async def test_without_a_model_one_passage_is_quoted_with_its_source() -> None:
    with open_pipeline() as setup:
        answer = await setup.answer(REMOTE)
    assert (answer.state, answer.notices) == ("passages_only", (FRENCH_PROMPTS.answer.model_away,))
    assert answer.text.startswith("> Le télétravail est limité à **deux jours** par semaine")
    assert answer.text.endswith(" [1]")
    [citation] = answer.citations
    assert (citation.n, citation.page, citation.spans) == (1, 1, ((0, 81),))
    assert (answer.searched, len(answer.passages)) == (REMOTE, 3)


async def test_what_an_answer_states_is_marked_in_its_passage(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Combien", "Le télétravail est limité à deux jours par semaine [1]."))
    [citation] = (await setup.answer(REMOTE)).citations
    assert citation.spans == ((0, 81),)


async def test_talk_is_replied_to_without_a_search_or_a_model(setup: PipelineSetup, ollama: Ollama) -> None:
    before = len(ollama.bodies("/api/chat")) + len(ollama.bodies("/api/embed"))
    for said, reply in (("merci !", "Je vous en prie."), ("Danke!", "Gern geschehen."), ("hello", "Hello! Ask me")):
        [answer] = await setup.events(said, *HISTORY)
        assert isinstance(answer, Answer)
        assert answer.text.startswith(reply)
        assert (answer.state, answer.passages, answer.citations, answer.notices) == ("talk", (), (), ())
    assert len(ollama.bodies("/api/chat")) + len(ollama.bodies("/api/embed")) == before


async def test_the_documents_that_the_asker_may_know_are_told_and_no_others(setup: PipelineSetup) -> None:
    setup.ledger.save_documents(_listed("Handbook.pdf", EVERYONE), _listed("Secret.pdf", "@alice"))
    listed = await setup.answer("which documents do you know?")
    assert "- Handbook" in listed.text
    assert "Secret" not in listed.text
    assert (await setup.answer("when was the secret last changed?")).state != "talk"


async def test_a_greeting_before_a_question_is_not_searched() -> None:
    with open_pipeline() as setup:
        answer = await setup.answer(f"Bonjour, {REMOTE} Merci d'avance !")
    assert answer.searched == REMOTE


async def test_several_questions_are_answered_one_after_another_each_with_its_source() -> None:
    with open_pipeline() as setup:
        answer = await setup.answer("Combien de jours de télétravail ? Who do I call for a lost laptop?")
    first, second = answer.text.split("\n\n")
    assert first.startswith("**1.** Combien de jours de télétravail ?\n> Le télétravail est limité")
    assert second.startswith("**2.** Who do I call for a lost laptop?\n> A **lost laptop**")
    assert [(one.n, one.path) for one in answer.citations] == [(1, "Guide.pdf"), (2, "Handbook.pdf")]


async def test_of_many_questions_the_first_three_are_answered_and_the_answer_says_so() -> None:
    asked = " ".join(["Combien de jours de télétravail ?", "Quelle indemnité de télétravail ?"] * 2)
    with open_pipeline() as setup:
        answer = await setup.answer(asked)
    assert answer.text.count("**1.**") == answer.text.count("**3.**") == 1
    assert "**4.**" not in answer.text
    assert FRENCH_PROMPTS.answer.only_first.format(n=3) in answer.notices


async def test_a_question_without_an_answer_among_several_says_so_in_its_place() -> None:
    with open_pipeline() as setup:
        answer = await setup.answer("Combien de jours de télétravail ? Où accoste le zeppelin Hindenburg ?")
    nothing = NOT_FOUND_TEXTS["fr"].not_found
    assert answer.text.endswith(f"**2.** Où accoste le zeppelin Hindenburg ?\n{nothing}")
    assert [one.n for one in answer.citations] == [1]


async def test_a_follow_up_says_what_was_searched_and_a_new_question_is_searched_alone() -> None:
    with open_pipeline() as setup:
        follow_up = await setup.answer("Et l'indemnité ?", *HISTORY)
        new = await setup.answer("Who do I call for a lost laptop?", *HISTORY)
    completed = "Combien de jours de télétravail ? Et l'indemnité ?"
    assert follow_up.searched == completed
    assert FRENCH_PROMPTS.answer.searched_for.format(question=completed) in follow_up.notices
    assert new.searched == "Who do I call for a lost laptop?"
    assert len(new.notices) == 1


async def test_a_vague_word_is_asked_back_and_a_choice_is_answered_from_its_document() -> None:
    with open_pipeline() as plain:
        plain.store("Policy A.pdf", ("The policy is about trains. Take the train.",))
        plain.store("Policy B.pdf", ("The policy is about planes. Take the plane.",))
        back = await plain.answer("policy")
        chosen = await plain.answer(back.options[1].question)
    assert (back.state, back.passages, back.citations) == ("unclear", (), ())
    assert sorted(option.label for option in back.options) == ["Policy A", "Policy B"]
    assert chosen.citations[0].document == back.options[1].label


async def test_while_meaning_is_not_ready_the_answer_says_so(ollama: Ollama) -> None:
    with open_pipeline(ollama.url) as setup:
        answer = await setup.answer(REMOTE)
    assert (answer.state, answer.notices) == ("answered", (FRENCH_PROMPTS.answer.words_only,))


async def test_by_words_alone_a_question_must_share_some_with_a_passage() -> None:
    with open_pipeline() as setup:
        far = await setup.answer("Quelle est la semaine du carnaval de Dunkerque cette année ?")
        nothing = await setup.answer("Où accoste le zeppelin ?")
    assert (far.state, nothing.state) == ("not_found", "not_found")
    assert far.text == nothing.text == NOT_FOUND_TEXTS["fr"].not_found
    assert far.passages
    assert not nothing.passages


async def test_what_is_not_found_while_documents_are_read_may_be_found_soon(ollama: Ollama) -> None:
    with open_pipeline(ollama.url) as setup:
        setup.is_read("Secret.pdf", "@alice")
        others_are_read = await setup.answer("Où accoste le zeppelin ?")
        setup.is_read("Ports.pdf")
        nothing, found = await setup.answer("Où accoste le zeppelin ?"), await setup.answer(REMOTE)
        ollama.script = matching(("Question : Combien", "NOT_FOUND"))
        refused = await setup.answer(REMOTE)
    assert NOT_FOUND_TEXTS["fr"].still_reading not in (*others_are_read.notices, *found.notices)
    assert nothing.notices == (NOT_FOUND_TEXTS["fr"].still_reading,)
    assert (refused.state, refused.notices[-1]) == ("not_found", NOT_FOUND_TEXTS["fr"].still_reading)


async def test_a_quote_shown_while_documents_are_read_says_so() -> None:
    with open_pipeline() as setup:
        setup.is_read("Ports.pdf")
        quoted = await setup.answer(REMOTE)
    assert (quoted.state, quoted.notices[-1]) == ("passages_only", NOT_FOUND_TEXTS["fr"].still_reading)


async def test_by_meaning_too_what_nothing_is_near_to_is_not_put_to_the_model(ollama: Ollama) -> None:
    with open_pipeline(ollama.url, meaning=True, rules=20) as setup:
        far = await setup.answer("Quelle hauteur a donc Eiffel ?")
        asked = len(ollama.bodies("/api/chat"))
        near = await setup.answer(REMOTE)
    assert (far.state, far.notices, asked) == ("not_found", (), 0)
    assert far.passages
    assert near.state == "answered"


async def test_in_an_index_of_a_few_passages_the_model_decides(setup: PipelineSetup, ollama: Ollama) -> None:
    await setup.answer("Quelle hauteur a donc Eiffel ?")
    assert len(ollama.bodies("/api/chat")) == 1


async def test_an_empty_index_is_told_from_a_question_without_an_answer() -> None:
    with open_pipeline(empty=True) as setup:
        answer = await setup.answer(REMOTE)
    assert (answer.state, answer.text, answer.notices) == ("not_found", NOT_FOUND_TEXTS["fr"].nothing_indexed, ())


async def test_a_follow_up_is_condensed_with_its_history(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question autonome", "Quelle est l'indemnité de télétravail par jour ?"))
    told = [one for one in await setup.events("Et l'indemnité ?", *HISTORY) if isinstance(one, Progress)]
    assert [(one.step, one.passages) for one in told] == [("loading", None), ("searching", None), ("writing", 3)]
    assert len(told[-1].found) == 3
    condensing, answering = (str(body["messages"]) for body in ollama.bodies("/api/chat"))
    assert "Personne: Combien de jours de télétravail ?" in condensing
    assert "{les} textes" in condensing
    assert "Question : Quelle est l" in answering


async def test_a_follow_up_without_a_model_takes_the_words_of_the_question_before() -> None:
    with open_pipeline() as setup:
        answer = await setup.answer("Et l'indemnité ?", *HISTORY)
    assert answer.citations[0].page == 2


async def test_a_broken_condensation_does_not_stop_the_answer(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question autonome", "  "))
    assert (await setup.answer("Et l'indemnité ?", *HISTORY)).state == "answered"


async def test_braces_in_a_question_are_words(setup: PipelineSetup, ollama: Ollama) -> None:
    await setup.answer("Que veut dire {telework} ou {passages} dans le guide du télétravail ?")
    assert "{telework} ou {passages}" in str(ollama.bodies("/api/chat")[-1])


async def test_the_model_is_told_its_window_and_never_more_than_fits(ollama: Ollama) -> None:
    with open_pipeline(ollama.url, meaning=True, num_ctx=2048) as setup:
        await setup.answer(f"{REMOTE} {'mot ' * 9000}")
    body = ollama.bodies("/api/chat")[-1]
    assert isinstance(body["options"], dict)
    assert body["options"]["num_ctx"] == 2048
    assert len(str(body["messages"])) < 2048 * 3


MISSING, QUIET, AWAY = "n'est pas installé dans Ollama (`ollama pull mixtral`)", "n'a pas répondu", "pas joignable"
FAILURES = [
    pytest.param(Faults(missing=("mixtral",)), "ollama pull mixtral", MISSING, id="missing"),
    pytest.param(Faults(status=500, only="/api/chat"), "status 500", QUIET, id="failing"),
    pytest.param(Faults(status=503, only="/api/chat"), "status 503", QUIET, id="busy"),
    pytest.param(Faults(first_token=20), "raise CHAT_TIMEOUT", QUIET, id="slow"),
    pytest.param(Faults(cut_after=0), "does not answer", AWAY, id="cut at once"),
    pytest.param(Faults(error_after=0), "status 500", QUIET, id="broken at once"),
]


@pytest.mark.parametrize(("faults", "says", "shows"), FAILURES)
async def test_a_model_s_failure_quotes_passages_and_leaves_a_sentence_in_the_log(
    ollama: Ollama, faults: Faults, says: str, shows: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_pipeline(ollama.url) as setup:
        ollama.faults = faults
        answer = await setup.answer(REMOTE)
    assert answer.state == "passages_only"
    assert says in caplog.text
    assert shows in answer.notices[0]
    assert "télétravail" not in caplog.text


@pytest.mark.parametrize(
    "faults", [Faults(cut_after=14), Faults(stall_after=14), Faults(error_after=14)], ids=["cut", "silent", "broken"]
)
async def test_what_was_said_before_a_failure_is_kept(setup: PipelineSetup, ollama: Ollama, faults: Faults) -> None:
    whole = (await setup.answer(REMOTE)).text
    ollama.faults = faults
    answer = await setup.answer(REMOTE)
    assert answer.state == "partly"
    assert answer.notices[0] == FRENCH_PROMPTS.answer.cut
    assert whole.startswith(answer.text)
    assert len(answer.text.split()) >= 12


async def test_a_reader_who_leaves_stops_the_model(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.faults = Faults(between_tokens=0.05)
    events = setup.pipeline.answer_question(Question(REMOTE, Audience.everyone()))
    async for event in events:
        if isinstance(event, AnswerText):
            break
    await events.aclose()  # type: ignore[attr-defined] # an async generator, promised as an iterator only
    for _ in range(100):
        if ollama.hung_up:
            break
        await asyncio.sleep(0.02)
    assert ollama.hung_up == 1


@pytest.mark.parametrize("alone", [False, True])
async def test_a_reader_who_leaves_waits_until_the_model_s_stream_is_closed(setup: PipelineSetup, alone: bool) -> None:
    closed: list[bool] = []

    class Endless:
        async def astream(self, _: object, config: object = None) -> AsyncIterator[AIMessageChunk]:
            try:
                while True:
                    yield AIMessageChunk(content="mot ")
                    await asyncio.sleep(0)
            finally:
                closed.append(True)

    setup.pipeline._model = Endless()  # type: ignore[assignment] # as far as it is asked
    everyone = Question(REMOTE, Audience.everyone())
    events: AsyncIterator[object] = (
        setup.pipeline.answer_without_documents(REMOTE) if alone else setup.pipeline.answer_question(everyone)
    )
    async for event in events:
        if isinstance(event, AnswerText):
            break
    await events.aclose()  # type: ignore[attr-defined] # an async generator, promised as an iterator only
    assert closed == [True]


async def test_an_audience_that_may_know_nothing_is_told_nothing(setup: PipelineSetup) -> None:
    question = Question(REMOTE, Audience(frozenset()))
    answer = [event async for event in setup.pipeline.answer_question(question)][-1]
    assert isinstance(answer, Answer)
    assert (answer.state, answer.passages) == ("not_found", ())


async def test_a_model_that_rambles_while_condensing_is_not_waited_for(setup: PipelineSetup, ollama: Ollama) -> None:
    ollama.script = matching(("Question autonome", "Je réfléchis encore. " * 10_000))
    ollama.faults = Faults(between_tokens=0.01)  # minutes for all of it
    assert (await setup.answer("Et l'indemnité ?", *HISTORY)).state == "answered"
