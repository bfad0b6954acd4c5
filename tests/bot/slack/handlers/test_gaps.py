from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from bot.insights.content_gaps import ContentGap
from bot.slack.handlers.feedback import get_vote_reason_names
from bot.slack.handlers.gaps import GAPS_BUTTON, GAPS_COMMAND, LIFT_BUTTON, render_activity, render_gaps
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.questions.unasked_pauses import UnaskedActivity
from bot.slack.views.block_kit import DocumentLinks, build_modal
from bot.slack.views.sources import RATE_ACTION
from knowledge.core.text import add_french_spaces
from knowledge.storage.question_log import UsedPassage
from knowledge.storage.votes import Vote
from playground.slack.rules.blocks import find_block_problems
from playground.slack.web_api.methods_views import view_problems
from tests.bot.slack.handlers.test_home import home_of
from tests.bot.slack.running_bot import Desk, at_work, document, found, saying, shown

MISSING = saying("That is not in the documents.", state="not_found", passages=(found(),))


async def asked(desk: Desk, name: str, text: str, channel: str = "#general") -> None:
    ts = await desk.slack.person(name).post(channel, f"<@USOUFFLEUR> {text}")
    await desk.reply_to(ts)
    await desk.finished()


async def listed_for(desk: Desk, name: str = "alice") -> str:
    person = desk.slack.person(name)
    seen = {m.ts for m in desk.slack.messages}
    await person.command(GAPS_COMMAND)
    message = await desk.slack.wait_for(lambda m: m.ephemeral_to == person.id and m.ts not in seen)
    await desk.finished()
    return shown(message)


async def test_an_admin_sees_what_was_asked_in_vain_and_by_how_many_but_not_by_whom() -> None:
    async with at_work(MISSING) as desk:
        desk.ledger.save_documents(document("hr/staff handbook.pdf"))
        await asked(desk, "james", "how do I get a parking badge?")
        await asked(desk, "camille", "a badge for the parking?")
        text = await listed_for(desk)
    assert "*how do I get a parking badge?*" in text or "*a badge for the parking?*" in text
    assert add_french_spaces("demandes : 2 · personnes : 2 · rien trouvé pour qui demandait (2)") in text
    assert add_french_spaces("le plus proche : hr/staff handbook.pdf, p. 12") in text
    assert "UJAMES" not in text
    assert "UCAMILLE" not in text


@pytest.mark.parametrize(("script", "shows"), [(saying("Two days."), False), (MISSING, True)], ids=["good", "missing"])
async def test_an_answer_that_is_there_is_no_gap(script: object, shows: bool) -> None:
    async with at_work(script) as desk:  # type: ignore[arg-type] # both are scripts
        await asked(desk, "james", "how many days?")
        assert ("how many days" in await listed_for(desk)) is shows


async def test_a_nearest_document_that_an_admin_may_not_know_of_is_not_named() -> None:
    async with at_work(MISSING) as desk:
        desk.ledger.save_documents(document("hr/staff handbook.pdf", audience=frozenset({"CFINANCE2"})))
        await asked(desk, "james", "how do I get a parking badge?")
        assert "handbook" not in await listed_for(desk)


async def test_a_disliked_answer_comes_with_its_reasons() -> None:
    async with at_work(saying("Two days.", passages=(found(),))) as desk:
        ts = await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many days?")
        james = desk.slack.person("james")
        await james.click(await desk.reply_to(ts), RATE_ACTION, value="negative")
        modal = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))
        reason = {"reason": {"type": "radio_buttons", "selected_option": {"value": "outdated"}}}
        await james.submit(modal, {"reason": reason, "words": {"words": {"value": "It is <three> now"}}})
        await desk.finished()
        text = await listed_for(desk)
    assert "réponse peu appréciée (1)" in text
    assert "Elle est dépassée (1)" in text
    assert "It is &lt;three&gt; now" in text


async def test_a_private_question_shows_once_a_second_person_asks_alike() -> None:
    async with at_work(MISSING) as desk:
        for name in ("james", "camille"):
            assert "badge" not in await listed_for(desk)
            await desk.reply_to(await desk.slack.person(name).dm("how do I get a parking badge?"))
            await desk.finished()
        assert "parking badge" in await listed_for(desk)


async def test_who_is_no_admin_sees_nothing() -> None:
    async with at_work(MISSING) as desk:
        await asked(desk, "camille", "how do I get a parking badge?")
        text = await listed_for(desk, "james")
    assert "Only an administrator" in text
    assert "badge" not in text


async def test_the_home_of_an_admin_opens_the_list_by_a_button() -> None:
    unasked = {"answer_unasked": frozenset({"CGENERAL"}), "embedding_model": "local:multilingual-e5-small"}
    async with at_work(MISSING, **unasked) as desk:  # type: ignore[arg-type] # settings, by name
        votes = desk.bot.stores.vote_store
        votes.cast_vote(Vote("q", "UJAMES", liked=False, channel="CGENERAL", at=time.time()))
        await asked(desk, "james", "how do I get a parking badge?")
        alice = desk.slack.person("alice")
        await alice.open_home()
        await alice.click(await home_of(desk, "UALICE", GAPS_BUTTON), GAPS_BUTTON)
        listed = await desk.slack.wait_until(
            lambda: next((v for v in desk.slack.views if v.kind == "modal" and "parking badge" in str(v.body)), None)
        )
        await alice.click(listed, LIFT_BUTTON)
        await desk.slack.wait_until(
            lambda: next((v for v in desk.slack.views if v.kind == "modal" and LIFT_BUTTON not in str(v.body)), None)
        )
        assert votes.read_channel_votes("CGENERAL").unhelpful == 0


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("count", [0, 1, 500])
def test_the_list_stays_within_slack_s_sizes(count: int, texts: InterfaceTexts) -> None:
    reasons = dict.fromkeys(get_vote_reason_names(texts), 9)
    long = ContentGap(
        "é " * 3000, 9, 9, {"missing": 1, "partly": 2, "disliked": 3}, UsedPassage("p", "é" * 400, 9), reasons
    )
    blocks = render_gaps([replace(long, remarks=("<" * 1000,) * 3)] * count, DocumentLinks("http://host/{path}"), texts)
    blocks += render_activity([UnaskedActivity(f"C0123ABC{n:03}", 99, n % 2 * 4, 153_600.0) for n in range(50)], texts)
    assert find_block_problems(blocks) == []
    assert len(json.dumps(blocks, ensure_ascii=False)) < 13_200
    assert view_problems(build_modal(texts.gaps_title, blocks, close=texts.close), "modal") == []
