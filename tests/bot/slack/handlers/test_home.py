from __future__ import annotations

import json

import pytest

from bot.slack.handlers.home import REINDEX_BUTTON, DocumentOverview, HomeVisitor, render_home
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.block_kit import DocumentLinks
from knowledge.core.documents import DocumentState
from knowledge.core.failures import failure_from_sentence
from knowledge.core.text import add_french_spaces
from knowledge.storage.audit_log import AuditEntry
from knowledge.storage.worker_requests import DeletionHold, FileFailure, WorkerRequest
from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.limits import VIEW_BYTES
from playground.slack.state.records import View
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.running_bot import Desk, at_work, document, saying


async def home_of(desk: Desk, user: str, holding: str = "") -> View:
    """The Home tab that a person sees once it holds these words."""
    return await desk.slack.wait_until(
        lambda: next((v for v in desk.slack.views if (v.kind, v.user) == ("home", user) and holding in words(v)), None)
    )


def words(home: View) -> str:
    return json.dumps(home.body, ensure_ascii=False)


async def test_the_home_shows_how_the_documents_stand() -> None:
    async with at_work(saying("?"), document_url_template="http://host/{path}") as desk:
        failed = document("scan.pdf", DocumentState.FAILED, reason="scan.pdf is a scan without text.")
        desk.ledger.save_documents(document("leave.pdf", pages=12), document("new.pdf", DocumentState.READING), failed)
        await desk.slack.person("james").open_home()
        home = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "home"), None))
        text = json.dumps(home.body, ensure_ascii=False)
        assert "Documents (3)" in text
        assert "● <http://host/leave.pdf|leave> — searchable by words and meaning · pages: 12" in text
        assert "scan.pdf|scan.pdf> is a scan without text." in text  # its name once
        assert "being read (1) · searchable by words and meaning (1) · could not be read (1)" in text


def test_a_french_home_has_no_english_colon() -> None:
    documents = [document("a.pdf", DocumentState.WORDS), document("b.pdf", DocumentState.FAILED, reason="Illisible.")]
    text = json.dumps(
        render_home(DocumentOverview(documents), DocumentLinks(), HomeVisitor(FRENCH, "UBOT")), ensure_ascii=False
    )
    assert "recherche par mots (1) · échec de lecture (1)" in text
    assert "• b.pdf — Illisible." in text


async def test_opening_the_messages_suggests_questions_in_the_person_s_language() -> None:
    async with at_work(saying("?")) as desk:
        desk.ledger.save_documents(*(document(f"{n}.pdf", read_at=float(n)) for n in range(6)))
        await desk.slack.person("camille").open_home("messages")
        call = await desk.slack.wait_until(
            lambda: next((c for c in desk.slack.calls if c.method.endswith("setSuggestedPrompts")), None)
        )
        assert call.error == ""
        told = [prompt["message"] for prompt in call.arguments["prompts"]]  # type: ignore[attr-defined] # JSON
        assert told == [add_french_spaces(f"Que dit « {n} » ?") for n in (5, 4, 3, 2)]


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("count", [0, 1, 3_000])
def test_the_home_stays_within_slack_s_sizes(count: int, texts: InterfaceTexts) -> None:
    states = list(DocumentState)
    documents = [document(f"{n}.pdf", states[n % 4], title="é" * 150, reason="r" * 300) for n in range(count)]
    hold = DeletionHold(count, 3_000, tuple(f"{'p' * 200}/{n}.pdf" for n in range(20)), "many", 1.0)
    failed = tuple(FileFailure(f"{n}.pdf", failure=failure_from_sentence("r" * 300)) for n in range(200))
    asked = tuple(WorkerRequest(str(n), "s" * 300, "U1", "running", 1, 9, failed) for n in range(50))
    overview = DocumentOverview(documents, hold, asked, 1e9)
    blocks = render_home(
        overview,
        DocumentLinks("http://host/files/{path}#page={page}"),
        HomeVisitor(texts, "UBOT", is_admin=True, note="Hm."),
    )
    assert find_block_problems(blocks, "home") == []
    assert len(json.dumps(blocks)) < VIEW_BYTES


def test_without_an_index_the_home_says_so() -> None:
    assert "cannot reach the index" in json.dumps(render_home(None, DocumentLinks(), HomeVisitor(ENGLISH, "UBOT")))


async def test_the_home_shows_requests_under_way_with_a_bar() -> None:
    async with at_work(saying("?"), admins=frozenset({"UALICE", "UJAMES"})) as desk:
        request = desk.requests.create_worker_request("rh/", "UALICE")
        desk.requests.update_worker_request(
            request, "running", done=1, total=4, failed=(FileFailure("a", failure=failure_from_sentence("Bad.")),)
        )
        desk.requests.create_worker_request("projets/", "terminal")
        await desk.slack.person("camille").open_home()
        assert "rh/" not in words(await home_of(desk, "UCAMILLE"))  # a path may be private
        await desk.slack.person("james").open_home()
        text = words(await home_of(desk, "UJAMES"))
        assert "*Reading again: rh/* (<@UALICE>)\\n`█████░░░░░░░░░░░░░░░` documents: 1 of 4 · failed so far: 1" in text
        assert "*Reading again: projets/* (terminal)\\nWaiting for the ingestion worker" in text
        assert "failed so far: 0" not in text


async def test_a_request_that_no_worker_takes_is_shown_as_such() -> None:
    requests = (WorkerRequest("id", "all", "U1", asked_at=100.0),)
    for now, late in ((105.0, False), (111.0, True)):
        blocks = render_home(DocumentOverview([], None, requests, now), DocumentLinks(), HomeVisitor(ENGLISH, "UBOT"))
        assert ("seems to be down" in json.dumps(blocks)) is late


async def test_the_home_sums_up_pages_and_the_last_change() -> None:
    documents = [document("a.pdf", pages=12, changed_at=10.0), document("b.pdf", pages=3, changed_at=86_400.0)]
    text = json.dumps(
        render_home(DocumentOverview(documents), DocumentLinks(), HomeVisitor(ENGLISH, "UBOT")), ensure_ascii=False
    )
    assert "pages: 15 · last change: <!date^86400" in text


async def test_the_home_tells_an_admin_alone_of_hidden_text() -> None:
    documents = [document("a.pdf", hidden=2), document("b.pdf", hidden=3), document("c.pdf")]
    for texts, words in (
        (ENGLISH, "Hidden text left out: places 5, documents 2"),
        (FRENCH, add_french_spaces("Texte caché écarté : endroits 5, documents 2")),
    ):
        assert words in json.dumps(
            render_home(DocumentOverview(documents), DocumentLinks(), HomeVisitor(texts, "UBOT", is_admin=True)),
            ensure_ascii=False,
        )
    assert "Hidden" not in json.dumps(
        render_home(DocumentOverview(documents), DocumentLinks(), HomeVisitor(ENGLISH, "UBOT"))
    )


async def test_an_admin_has_everything_read_again_by_a_button_and_sees_it_under_way() -> None:
    async with at_work(saying("?")) as desk:
        alice = desk.slack.person("alice")
        await alice.open_home()
        await alice.click(await home_of(desk, "UALICE", REINDEX_BUTTON), REINDEX_BUTTON)
        await home_of(desk, "UALICE", "C'est noté")
        assert [(request.scope, request.by) for request in desk.requests.list_open_requests()] == [("all", "UALICE")]


async def test_a_member_sees_no_such_button_and_a_forged_press_does_nothing() -> None:
    async with at_work(saying("?")) as desk:
        james = desk.slack.person("james")
        await james.open_home()
        home = await home_of(desk, "UJAMES", "refresh_home")
        assert REINDEX_BUTTON not in words(home)
        forged: JsonObject = {"type": "button", "action_id": REINDEX_BUTTON, "block_id": "b", "value": "x"}
        await desk.slack.block_actions.press_in_view(james.user, home, forged)
        await home_of(desk, "UJAMES", "Only an administrator")
        assert desk.requests.list_open_requests() == []


async def test_admins_see_the_last_actions_in_their_language_and_their_hour_and_nobody_else_does() -> None:
    async with at_work(saying("?")) as desk:
        audit = desk.bot.stores.audit_log
        audit.begin_audit_entry("UJAMES", "compare", "refused")
        entry = audit.close_audit_entry(audit.begin_audit_entry("UALICE", "reindex", "begun"), "done", "request=secret")
        await desk.slack.person("alice").open_home()  # who reads French
        text = words(await home_of(desk, "UALICE", "Dernières actions des administrateurs"))
        assert f"<!date^{int(entry.at)}^{{date_short}} {{time}}|" in text  # Slack tells it in the reader's time zone
        assert "· <@UALICE> · relecture de documents\\n" in text
        assert "· <@UJAMES> · comparaison de réponses (refusé)" in text
        assert "request=secret" not in text
        await desk.slack.person("james").open_home()
        assert "comparaison" not in words(await home_of(desk, "UJAMES"))
        assert ENGLISH.audit_title not in words(await home_of(desk, "UJAMES"))


def test_the_home_shows_the_newest_deeds_alone() -> None:
    done = tuple(AuditEntry(str(n), "UALICE", "gaps", 1_000.0 - n, "done") for n in range(50))
    text = json.dumps(
        render_home(
            DocumentOverview([], audit_entries=done), DocumentLinks(), HomeVisitor(ENGLISH, "UBOT", is_admin=True)
        )
    )
    assert text.count("looked at what is missing") == 8
    assert "<!date^1000^" in text
