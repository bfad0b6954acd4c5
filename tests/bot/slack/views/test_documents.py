from __future__ import annotations

import json
import re
import unicodedata
from typing import Literal

import pytest

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.block_kit import DocumentLinks
from bot.slack.views.documents import filter_documents, render_document_list
from knowledge.core.documents import DocumentState, Member
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import failure_from_sentence, make_failure
from knowledge.core.text import add_french_spaces
from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.limits import BLOCKS_TOGETHER
from playground.slack.rules.message_content import count_characters
from tests.bot.slack.handlers.test_home import home_of
from tests.bot.slack.running_bot import at_work, document, saying, shown

LINKS = DocumentLinks("http://host/files/{path}#page={page}")
REASON = "scan.pdf is a scan without text: drop a searchable copy."


def _text(*documents: object, words: str = "", texts: InterfaceTexts = ENGLISH) -> str:
    return json.dumps(render_document_list(documents, words, LINKS, texts), ensure_ascii=False)  # type: ignore[arg-type] # made below


async def test_everybody_may_list_the_documents_and_sees_the_list_alone() -> None:
    async with at_work(saying("?"), document_url_template="http://host/{path}") as desk:
        desk.ledger.save_documents(
            document("hr/leave.pdf", title="Leave", pages=12, passages=34, changed_at=1_700_000_000.0),
            document("scan.pdf", DocumentState.FAILED, title="", reason=REASON),
        )
        await desk.slack.person("james").command("/docs")
        message = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Documents (2)" in shown(m))
        text = shown(message)
        assert "searchable by words and meaning (1) · could not be read (1)" in text
        assert "● Leave (<http://host/hr/leave.pdf|hr/leave.pdf>) — pages: 12" in text
        assert text.count("searchable by words and meaning") == 1
        assert "pages: 12 · passages: 34 · changed <!date^1700000000^{date_short} {time}|2023-11-14" in text
        assert f"✕ <http://host/scan.pdf|scan.pdf> — could not be read · {REASON}" in text
        assert [m for m in desk.slack.messages if not m.ephemeral_to] == []


def test_passages_without_meaning_are_told_with_the_reason() -> None:
    reason = "1 of its passages are found by words alone: the model refused it."
    text = _text(document("a.md", passages=9, words_only=1, reason=reason))
    assert f"searchable by words and meaning · {reason} · passages: 9" in text


def test_how_most_documents_are_found_is_told_once_and_only_the_exceptions_by_line() -> None:
    text = _text(document("a.md"), document("b.md"), document("c.md", DocumentState.WORDS))
    assert text.count("searchable by words and meaning") == 1
    assert text.count(ENGLISH.words) == 2 + text.count(f"{ENGLISH.words} and")
    assert re.search(rf"c\.md>\)? — {ENGLISH.words}", text)


def test_hidden_text_is_told_to_an_admin_alone() -> None:
    documents = [document("a.md", passages=9, hidden=3)]
    for texts, words in (
        (ENGLISH, "hidden text left out, places: 3"),
        (FRENCH, add_french_spaces("texte caché écarté, endroits : 3")),
    ):
        assert words in json.dumps(render_document_list(documents, "", LINKS, texts, admin=True), ensure_ascii=False)
    assert "hidden" not in _text(*documents)


async def test_the_list_is_narrowed_in_the_language_of_whoever_asks() -> None:
    async with at_work(saying("?")) as desk:
        desk.ledger.save_documents(document("rh/congés.pdf"), document("rh/paie.pdf"))
        await desk.slack.person("camille").command("/docs", "CONGES rh")
        message = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UCAMILLE" and "rh/congés.pdf" in shown(m))
        assert add_french_spaces("Documents avec « CONGES rh » dans le titre ou le chemin : 1 sur 2") in shown(message)
        assert "paie" not in shown(message)


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("", ["é/a.pdf", "é/b.pdf"]),
        ("  E/A ", ["é/a.pdf"]),
        ("É", ["é/a.pdf", "é/b.pdf"]),
        ("œuvre", ["é/a.pdf"]),
        ("oeuvre PDF", ["é/a.pdf"]),
        ("oeuvre b.pdf", []),
        ("nothing", []),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_find_titles_and_paths_whatever_their_accents_and_capitals(
    words: str, paths: list[str], form: Literal["NFC", "NFD"]
) -> None:
    named = [("é/a.pdf", "Main-d'Œuvre"), ("é/b.pdf", "Élan")]
    documents = [document(unicodedata.normalize(form, path), title=title) for path, title in named]
    found = filter_documents(documents, words)
    assert [unicodedata.normalize("NFC", each.path) for each in found] == paths


def test_what_needs_a_person_comes_first() -> None:
    states = (DocumentState.MEANING, DocumentState.WORDS, DocumentState.READING, DocumentState.FAILED)
    documents = [document(f"{n}.pdf", state) for n, state in enumerate(states)]
    assert [each.path for each in filter_documents(documents, "")] == ["3.pdf", "2.pdf", "0.pdf", "1.pdf"]


def test_a_reason_is_shown_in_every_state() -> None:
    text = _text(document("a.pdf", DocumentState.WORDS, reason="The model refuses two passages."))
    assert "searchable by words · The model refuses two passages." in text


def test_without_documents_or_without_a_match_the_list_says_what_to_do() -> None:
    assert "put some into the watched folder" in _text()
    assert "No document has “&lt;!here&gt;” in its title or path. `/docs` alone lists them all (1)." in _text(
        document(), words="<!here>"
    )


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("letter", ["t", "é", "&"])
def test_thousands_of_documents_stay_within_slack_s_sizes(letter: str, texts: InterfaceTexts) -> None:
    states = list(DocumentState)
    documents = [
        document(f"{letter * 240}/{n}.pdf", states[n % 4], title=letter * 300, reason=letter * 900, pages=n, passages=n)
        for n in range(3_000)
    ]
    blocks = render_document_list(documents, letter * 3_000 if letter == "&" else letter, LINKS, texts)
    assert find_block_problems(blocks) == []
    assert sum(map(count_characters, blocks)) < BLOCKS_TOGETHER


def test_what_does_not_fit_is_counted_and_the_way_to_it_named() -> None:
    text = _text(*(document(f"{n:04}.pdf", title=f"Title {n}") for n in range(3_000)))
    assert "more: `/docs words` narrows the list" in text
    shown_lines, left = text.count("● "), int(text.split("… and ")[1].split(" ")[0])
    assert shown_lines + left == 3_000
    assert shown_lines > 50


def test_what_is_inside_a_mail_is_listed_below_it_and_found_by_its_own_name() -> None:
    broken = failure_from_sentence("broken.docx is damaged: drop it again.")
    members = (Member("contract.pdf", 3, 5), Member("broken.docx", failure=broken))
    mail, other = document("hr/a.eml", title="Offer", members=members), document("contracts.pdf")
    assert [one.path for one in filter_documents([mail, other], "contract")] == ["contracts.pdf", "hr/a.eml"]
    text = _text(mail, words="contract")
    assert "• <http://host/files/hr/a.eml|hr/a.eml › contract.pdf> — pages: 3 · passages: 5" in text
    assert "broken" not in text
    assert "✕ <http://host/files/hr/a.eml|hr/a.eml › broken.docx> is damaged: drop it again." in _text(mail)


async def test_an_admin_sees_of_a_private_document_that_failed_its_path_and_no_name_inside_it() -> None:
    inner = make_failure(FailureCode.EMPTY, name="Layoff list May.xlsx")
    failure = make_failure(FailureCode.MEMBERS_UNREAD, name="mail.zip", count=2, first=inner)
    members = (Member("Layoff list May.xlsx", passages=12), Member("Layoff letter.docx", failure=inner))
    finance = frozenset({"CFINANCE"})
    private = document("mail.zip", DocumentState.FAILED, audience=finance, members=members, failure=failure)
    async with at_work(saying("?")) as desk:
        desk.ledger.save_documents(private)
        desk.slack.workspace.leave("CFINANCE", "UALICE")
        alice = desk.slack.person("alice")
        await alice.command("/docs")
        assert "Layoff" not in shown(await desk.slack.wait_for(lambda m: "mail.zip" in shown(m)))
        await alice.command("/docs", "layoff")
        assert "mail.zip" not in shown(await desk.slack.wait_for(lambda m: "layoff" in shown(m)))
        await alice.open_home()
        assert "Layoff" not in json.dumps((await home_of(desk, "UALICE", "mail.zip")).body)
        await desk.slack.person("camille").command("/docs", "layoff")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UCAMILLE" and "Layoff letter.docx" in shown(m))


def test_files_of_unknown_formats_are_counted_by_kind_and_not_listed() -> None:
    formats = ".pdf, .docx"
    unknown = [
        document(f"{n}.xyz", DocumentState.FAILED, failure=make_failure(code, name=f"{n}.xyz", **params))
        for n, (code, params) in enumerate(
            [
                (FailureCode.UNSUPPORTED, {"suffix": ".xyz", "formats": formats}),
                (FailureCode.UNSUPPORTED, {"suffix": ".xyz", "formats": formats}),
                (FailureCode.WITHOUT_SUFFIX, {"formats": formats}),
            ]
        )
    ]
    text = _text(*unknown, document("a.pdf"), words="")
    assert "files in formats that are not read: .xyz (2), — (1)" in text
    assert "1.xyz" not in text
