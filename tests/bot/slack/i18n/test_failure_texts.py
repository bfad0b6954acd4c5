from __future__ import annotations

import json
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from bot.slack.handlers.home import DocumentOverview, HomeVisitor, render_home
from bot.slack.i18n.catalogue import load_languages
from bot.slack.i18n.texts import FailureTexts, InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.admin_reports import render_closed_folders
from bot.slack.views.block_kit import DocumentLinks
from bot.slack.views.documents import append_failure
from knowledge.core.documents import DocumentState
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import Failure, failure_from_sentence, make_failure
from knowledge.core.text import add_french_spaces
from knowledge.storage.worker_requests import FolderProblem
from tests.bot.slack.running_bot import document

SPOKEN = pytest.mark.parametrize("texts", list(load_languages().values()), ids=list(load_languages()))
BOTH = pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
SPACE = "\N{NO-BREAK SPACE}"


def _holes(words: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(words) if name)


def _filled(reason: FailureCode) -> Failure:
    """A failure as the worker may store it, with a nested one where it has any."""
    composed = {"why": make_failure(FailureCode.NO_DIRECTION, model="bge-m3"), "kind": FailureCode.A_PDF}
    holes = ((name, how) for _, name, how, _ in Formatter().parse(ENGLISH_FAILURE_TEXTS[reason]) if name)
    return make_failure(reason, **{name: 12_345 if how else composed.get(name, f"some-{name}") for name, how in holes})


@SPOKEN
@pytest.mark.parametrize("reason", FailureCode, ids=lambda reason: reason.name)
def test_each_language_tells_each_reason_with_the_same_fields(texts: InterfaceTexts, reason: FailureCode) -> None:
    assert _holes(texts.failures.templates[reason]) == _holes(ENGLISH_FAILURE_TEXTS[reason])


@SPOKEN
@pytest.mark.parametrize(
    "reason",
    [one for one in FailureCode if ENGLISH_FAILURE_TEXTS[one].startswith("{name} ")],
    ids=lambda reason: reason.name,
)
def test_the_file_s_name_comes_first_in_each_language_and_can_be_left_out(
    texts: InterfaceTexts, reason: FailureCode
) -> None:
    assert texts.failures.templates[reason].startswith("{name} ")
    shown = append_failure("<http://host|a.pdf>", "hr/some-name", _filled(reason), texts)
    assert shown.startswith("<http://host|a.pdf> ")
    assert "some-name" not in shown


@SPOKEN
@pytest.mark.parametrize(
    "reason", [FailureCode.TOO_MANY_MEMBERS, FailureCode.MEMBERS_UNREAD, FailureCode.NO_MEMBER_READ], ids=str
)
def test_a_single_file_inside_is_not_told_in_the_plural(texts: InterfaceTexts, reason: FailureCode) -> None:
    first = make_failure(FailureCode.GONE, name="b")
    told = texts.failures.write_failure(
        make_failure(reason, name="a.zip", left=1, count=1, first=first, most=500, mb=200)
    )
    assert re.search(r"\b1\b", told)
    assert not re.search(r"\b1\s\w|\w\s1\b", told)


@pytest.mark.parametrize("reason", [one for one in FailureCode if one is not FailureCode.SENTENCE], ids=str)
def test_french_is_french_and_keeps_its_signs_with_the_word_before(reason: FailureCode) -> None:
    words = FRENCH.failures.templates[reason]
    assert words != ENGLISH_FAILURE_TEXTS[reason]
    assert not re.search(r" [?!;:»](?:\W|$)|« ", words)


@pytest.mark.parametrize("reason", FailureCode, ids=lambda reason: reason.name)
def test_english_is_what_the_worker_wrote(reason: FailureCode) -> None:
    assert ENGLISH.failures.write_failure(_filled(reason)) == str(_filled(reason))


@pytest.mark.parametrize("reason", FailureCode, ids=lambda reason: reason.name)
def test_no_reason_is_cut_where_names_are_short(reason: FailureCode) -> None:
    assert len(FRENCH.failures.write_failure(_filled(reason))) < 300


def _examples() -> Iterator[tuple[Failure, str]]:
    yield (
        make_failure(FailureCode.SCAN, name="Bail : annexe « 3 ».pdf", packages="tesseract-ocr"),
        "Bail : annexe « 3 ».pdf est un document numérisé sans texte : installez tesseract-ocr (Debian), "
        "ou déposez une copie où l'on peut rechercher du texte.",
    )
    yield (
        make_failure(FailureCode.MISNAMED, name="{a}.docx", kind=FailureCode.A_PDF, better="{a}.pdf"),
        "{a}.docx est en réalité un PDF : renommez-le en {a}.pdf.",
    )
    yield (
        make_failure(
            FailureCode.WAITS, name="a.pdf", why=make_failure(FailureCode.NO_WORKER, scheduler="tcp://dask:8786")
        ),
        "a.pdf attend : le cluster Dask tcp://dask:8786 n'a aucun worker : lancez-en un.",
    )
    yield (
        make_failure(
            FailureCode.CLOSED, why=make_failure(FailureCode.RULE_UNKNOWN, key="audiance", known="audience, keep_out")
        ),
        ".souffleur.toml dit « audiance », alors que seuls existent audience, keep_out : "
        "tant qu'il n'est pas corrigé, personne ne voit ce que contient ce dossier.",
    )
    yield (
        make_failure(
            FailureCode.BY_WORDS_AND_LONGER,
            refused=2,
            why=make_failure(FailureCode.MODEL_REFUSES, status=500, model="m"),
            shortened=3,
            model="m",
        ),
        "Passages trouvés par leurs mots seuls : 2. Ollama a répondu 500 pour le modèle d'embedding m : "
        "consultez son journal. Passages plus longs que ce que lit m, trouvés par leur début et leurs mots : 3. "
        "Choisissez un EMBEDDING_MODEL qui en lit davantage.",
    )


@pytest.mark.parametrize(("failure", "told"), list(_examples()))
def test_a_sentence_is_told_in_french_with_what_it_is_composed_of(failure: Failure, told: str) -> None:
    said = FRENCH.failures.write_failure(failure)
    assert said.replace(SPACE, " ") == told
    assert f"{SPACE}:" in said


def test_numbers_have_the_language_s_thousands() -> None:
    sentence = make_failure(FailureCode.TOO_MANY_PAGES, name="1,000.pdf", pages=20_400, most=20_000)
    assert f"1,000.pdf a 20{SPACE}400 pages, plus que les 20{SPACE}000 permises" in FRENCH.failures.write_failure(
        sentence
    )
    assert "1,000.pdf has 20,400 pages, more than 20,000" in ENGLISH.failures.write_failure(sentence)


@BOTH
@pytest.mark.parametrize("sentence", ["", "Bad.", "a.pdf is in a format of tomorrow: wait."])
def test_what_another_version_wrote_is_told_as_it_was_written(texts: InterfaceTexts, sentence: str) -> None:
    assert texts.failures.write_failure(failure_from_sentence(sentence)) == sentence


def test_a_reason_that_a_language_lacks_is_told_in_english() -> None:
    young = FailureTexts({FailureCode.WAITS: "{name} a zo o c'hortoz: {why}"}, thousands=" ")
    changed = make_failure(FailureCode.CHANGED, name="a.pdf")
    assert young.write_failure(changed) == str(changed)
    why = make_failure(FailureCode.NO_WORKER, scheduler="tcp://a:1")
    assert (
        young.write_failure(make_failure(FailureCode.WAITS, name="a.pdf", why=why)) == f"a.pdf a zo o c'hortoz: {why}"
    )


@pytest.mark.parametrize(
    ("texts", "told"),
    [(ENGLISH, "is empty: drop it again"), (FRENCH, "est vide : redéposez-le")],
    ids=["en", "fr"],
)
def test_the_home_tells_a_reason_without_the_name_a_second_time(texts: InterfaceTexts, told: str) -> None:
    failed = document("hr/a.md", DocumentState.FAILED, failure=make_failure(FailureCode.EMPTY, name="a.md"))
    text = json.dumps(
        render_home(DocumentOverview([failed]), DocumentLinks(), HomeVisitor(texts, "UBOT")), ensure_ascii=False
    )
    assert f"• hr/a.md {add_french_spaces(told) if texts is FRENCH else told}" in text


@pytest.mark.parametrize(
    ("texts", "told"),
    [(ENGLISH, "is not UTF-8: until it is corrected"), (FRENCH, "n'est pas en UTF-8 : tant qu'il n'est pas corrigé")],
    ids=["en", "fr"],
)
def test_a_closed_folder_is_told_why(texts: InterfaceTexts, told: str) -> None:
    trouble = FolderProblem("hr", failure=make_failure(FailureCode.CLOSED, why=FailureCode.RULE_NOT_UTF8))
    text = str(render_closed_folders([trouble], [], texts))
    assert f"`hr` — .souffleur.toml {add_french_spaces(told) if texts is FRENCH else told}" in text.replace(
        "\\xa0", SPACE
    )


def test_what_a_name_holds_does_not_become_markup() -> None:
    reason = make_failure(FailureCode.EMPTY, name="<!here>.md")
    assert "<!here>" not in append_failure("shown", "other.md", reason, FRENCH)
