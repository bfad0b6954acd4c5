"""The product as a team uses it before anybody has installed Ollama."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import aiohttp
import pytest

from bot.slack.i18n.texts_fr import FRENCH
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure
from tests.scenario.office import Office, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")
AWAY = "Le modèle de langage n'est pas joignable"


async def test_the_best_passages_are_quoted_with_one_sentence_on_the_model(plain_office: Office) -> None:
    answer = await plain_office.mention("camille", "combien de jours de télétravail ?")
    assert shown(answer).count(AWAY) == 1
    assert "> " in answer.text
    assert "/files/Guide%20du%20t%C3%A9l%C3%A9travail.pdf#page=" in shown(answer)


async def test_an_answer_without_a_model_comes_at_once(plain_office: Office) -> None:
    started = time.monotonic()
    await plain_office.mention("camille", "combien de jours de congés payés ?")
    assert time.monotonic() - started < 10  # nothing waits for a model that is away


async def test_a_direct_message_is_answered_in_english(plain_office: Office) -> None:
    answer = await plain_office.direct("james", "How do I report a lost laptop?")
    assert "The language model cannot be reached" in shown(answer)
    assert "Security handbook" in shown(answer)


async def test_a_follow_up_uses_the_words_of_the_question_before_it(plain_office: Office) -> None:
    first = await plain_office.mention("camille", "Qui est le titulaire de l'astreinte ?")
    answer = await plain_office.mention("camille", "Et le remplaçant ?", thread_ts=str(first.thread_ts))
    assert "astreinte" in shown(answer).lower()


async def test_an_asked_question_is_seen_by_its_asker_alone(plain_office: Office) -> None:
    answer = await plain_office.run_command("camille", "/ask", "combien de jours de télétravail ?", AWAY)
    assert answer.ephemeral_to == "UCAMILLE"


async def test_talk_gets_a_short_reply_in_every_door(plain_office: Office) -> None:
    mentioned = await plain_office.mention("camille", "merci beaucoup !")
    written = await plain_office.direct("james", "What can you do?")
    commanded = await plain_office.run_command(
        "camille", "/ask", "quels documents connais-tu ?", "que vous pouvez lire"
    )
    assert mentioned.text == "Je vous en prie."
    assert written.text.startswith("Ask me a question in your own words")
    assert "Guide du télétravail" in shown(commanded).splitlines()
    assert "fonds Nacre" not in shown(commanded)
    assert not [block for one in (mentioned, written, commanded) for block in one.blocks if block["type"] == "actions"]


async def test_when_a_document_was_changed_is_told_from_the_ledger(plain_office: Office) -> None:
    answer = await plain_office.direct("james", "when was the security handbook last changed?")
    assert answer.text.startswith("Security handbook: last changed on ")


async def test_what_no_document_knows_is_not_found(plain_office: Office) -> None:
    answer = await plain_office.mention("camille", "Qui a peint la fresque de l'hippodrome ?")
    assert "Je n'ai rien trouvé" in shown(answer)
    assert AWAY not in shown(answer)


async def test_a_file_copied_into_the_folder_is_answered_from_until_it_is_deleted(plain_office: Office) -> None:
    file = plain_office.demo.documents / "cafetière.md"
    _write(file, "# Cafetière\n\nLa cafetière Percolux se détartre le vendredi avec du vinaigre blanc.\n")
    await plain_office.wait_until_searchable("cafetière.md")
    answer = await plain_office.mention("camille", "Quand détartrer la cafetière Percolux ?")
    assert "vinaigre blanc" in answer.text
    assert "/files/cafeti%C3%A8re.md|" in shown(answer)
    file.unlink()
    await plain_office.wait_until_forgotten("cafetière.md")
    answer = await plain_office.mention("camille", "Quand détartrer la cafetière Percolux ?")
    assert "vinaigre" not in shown(answer)
    assert "Je n'ai rien trouvé" in shown(answer)


async def test_a_changed_file_is_answered_from_as_it_stands(plain_office: Office) -> None:
    file = plain_office.demo.documents / "vestiaire.md"
    _write(file, "# Vestiaire\n\nLe code du vestiaire Zinzolin est 4417.\n")
    await plain_office.wait_until_searchable("vestiaire.md")
    assert "4417" in (await plain_office.mention("camille", "Quel est le code du vestiaire Zinzolin ?")).text
    _write(file, "# Vestiaire\n\nLe code du vestiaire Zinzolin est désormais 90210.\n")
    async with asyncio.timeout(60):
        while "90210" not in (answer := await plain_office.mention("camille", "Quel est le code du Zinzolin ?")).text:
            assert "4417" in answer.text
            await asyncio.sleep(2)  # Slack's rates: each answer begins a stream, and a slow machine asks many times
    assert "4417" not in shown(answer)


async def test_an_uploaded_file_becomes_searchable(plain_office: Office) -> None:
    await plain_office.upload("Navette.txt", b"The Brigadoon shuttle leaves the Nantes site at 17:45 every day.")
    await plain_office.wait_until_searchable("Navette.txt")
    answer = await plain_office.direct("james", "When does the Brigadoon shuttle leave?")
    assert "17:45" in answer.text


async def test_a_file_that_cannot_be_read_says_why(plain_office: Office) -> None:
    await plain_office.upload("broken.pdf", b"%PDF-1.7\nthis is no PDF")
    rows = await plain_office.wait_for_documents(lambda rows: rows.get("broken.pdf", {}).get("state") == "failed")
    reason = str(rows["broken.pdf"]["reason"])
    assert reason.endswith(".")
    assert "Traceback" not in reason
    await _check_home_tells(
        plain_office, "alice", FRENCH.failures.write_failure(make_failure(FailureCode.DAMAGED_PDF, name="broken.pdf"))
    )
    await _check_home_tells(plain_office, "james", reason)
    (plain_office.demo.documents / "broken.pdf").unlink()


async def _check_home_tells(office: Office, who: str, reason: str) -> None:
    said = reason.removeprefix("broken.pdf ")[:30]  # the name stands before it once
    person = office.slack.person(who)
    await person.open_home()
    await office.slack.wait_until(
        lambda: next((v for v in office.slack.views if v.user == person.id and said in str(v.body)), None)
    )


async def test_an_admin_has_the_documents_read_again_and_sees_how_it_goes(plain_office: Office) -> None:
    alice = plain_office.slack.person("alice")
    await alice.command("/reindex", "projets", "#rh")
    done = await plain_office.slack.wait_for(lambda m: bool(m.bot_id) and "Terminé" in shown(m), 30)
    assert re.search(r"Documents relus\s: (\d+) sur \1\s; en échec\s: 0", shown(done))
    updates = [c for c in plain_office.slack.calls if c.method == "chat.update" and c.answer.get("ts") == done.ts]
    assert updates


async def test_a_member_cannot_have_the_documents_read_again(plain_office: Office) -> None:
    refusal = await plain_office.run_command("camille", "/reindex", "all", "Seul un administrateur")
    assert "<@UALICE>" in shown(refusal)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def test_what_a_channel_s_folder_holds_is_told_there_and_to_its_members_alone(plain_office: Office) -> None:
    asked, fact = "de combien est doté le fonds Nacre ?", "120 000 €"  # as README has strangers try it
    assert fact in shown(await plain_office.mention("camille", asked, channel="#finance"))
    assert fact in shown(await plain_office.direct("camille", asked))
    assert fact not in shown(await plain_office.mention("camille", asked, channel="#rh"))
    assert fact not in shown(await plain_office.direct("james", asked))


async def test_what_a_person_s_folder_holds_is_told_to_that_person_alone(plain_office: Office) -> None:
    asked, fact = "où est la clé de secours du coffre de la direction ?", "Delaunay"
    assert fact in shown(await plain_office.direct("alice", asked))
    assert fact not in shown(await plain_office.mention("alice", asked, channel="#finance"))
    assert fact not in shown(await plain_office.direct("camille", asked))


async def _fetch(port: int, path: str = "/metrics") -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_no_scrape_holds_a_word_of_a_question_a_passage_or_a_name(
    plain_office: Office, metrics_port: int
) -> None:
    file = plain_office.demo.documents / "zibeline.md"
    _write(file, "# Machines\n\nLa percoluxine se détartre le vendredi avec du vinaigre blanc.\n")
    await plain_office.wait_until_searchable("zibeline.md")
    answer = await plain_office.mention("camille", "Quand détartrer la percoluxine quarantelune ?")
    assert "vinaigre" in answer.text
    ports = (metrics_port, metrics_port + 1)
    figures = [await _fetch(port, path) for port in ports for path in ("/metrics", "/healthz", "/readyz")]
    assert re.search(r'souffleur_questions_total\{language="fr",state="passages_only"\} [1-9]', figures[0])
    assert re.search(r'souffleur_documents\{reason="",state="words"\} [1-9]', figures[3])
    for text in figures:
        for word in ("percoluxine", "zibeline", "quarantelune", "vinaigre", "détartrer", "camille", "UCAMILLE"):
            assert word.lower() not in text.lower()


async def test_both_processes_say_that_they_are_alive_and_ready(plain_office: Office, metrics_port: int) -> None:
    assert (await _fetch(metrics_port, "/readyz")).startswith("The bot process is alive")
    assert (await _fetch(metrics_port + 1, "/healthz")).startswith("The ingestion process is alive")
    assert "souffleur_ready 1.0" in (await _fetch(metrics_port)).splitlines()


async def test_an_absent_model_is_counted(plain_office: Office, metrics_port: int) -> None:
    await plain_office.direct("james", "Who is on call on Sundays?")
    assert re.search(r'souffleur_ollama_failures_total\{use="(chat|embedding)"\} [1-9]', await _fetch(metrics_port))
    assert re.search(r'souffleur_ollama_failures_total\{use="embedding"\} [1-9]', await _fetch(metrics_port + 1))
