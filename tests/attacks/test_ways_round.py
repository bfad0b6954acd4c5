"""Ways round the search: every list, view and button, tried by a person who may not read a document."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial

from bot.answering.model import open_chat_model
from bot.answering.pipeline import AnswerPipeline
from bot.settings import BotSettings
from bot.slack.questions.private_answer import SHARE_BUTTON
from bot.slack.views.sources import MorePassagesButton
from knowledge.core.access import EVERYONE
from knowledge.core.documents import DocumentState
from knowledge.core.failures import failure_from_sentence
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.worker_requests import FileFailure, FolderProblem
from playground.slack.people.simulated_user import SimulatedUser
from playground.slack.state.records import Message
from playground.slack.web_api.json_values import JsonObject
from tests.attacks import judge
from tests.attacks.corpus import SECRET
from tests.attacks.played import LINKS
from tests.bot.slack.running_bot import Desk, at_work, document, indexed, saying, shown
from tests.doubles.temporary_qdrant import open_temporary_qdrant

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens there
ASKED = "quel est le code du coffre ?"
PRIVATE = document(
    f"#finance/{SECRET}.pdf", title=f"Coffre {SECRET}", audience=frozenset({"CFINANCE"}), passages=2, read_at=9.0
)
PASSAGES = passages_from_excerpts(
    PRIVATE, [Excerpt(f"Le code du coffre est {SECRET}.", 1, 1, (SECRET,)), Excerpt(f"Suite de {SECRET}.", 1)]
)
OPEN = document("formulaires.md", title="Formulaires", passages=1, read_at=1.0)
HOSTILE = "<!channel> <@U123ABC> <http://evil.com|Guide> [a](http://evil.com) evil.com"


@contextlib.asynccontextmanager
async def vault() -> AsyncIterator[Desk]:
    """The whole bot without a model, so that it quotes what it finds: a private document, and one for everyone."""
    settings = BotSettings(_env_file=None, ollama_url=NOWHERE)
    with contextlib.closing(open_temporary_qdrant()) as client:
        chain = AnswerPipeline(
            settings,
            PassageSearch(client, settings.collection, EmbeddingModel(settings)),
            open_chat_model(settings),
            ServedDocuments(IndexVersions(client, settings.collection)),
        )
        async with at_work(chain.answer_question, index=client) as desk:
            indexed(desk, PRIVATE, PASSAGES)
            indexed(
                desk, OPEN, passages_from_excerpts(OPEN, [Excerpt("Le coffre des formulaires est ouvert le lundi.")])
            )
            yield desk


def told_to_others(desk: Desk) -> Iterator[str]:
    """All that stands where others than the members of #finance read it."""
    for message in desk.slack.messages:
        if message.channel not in ("CFINANCE", "DCAMILLE") and message.ephemeral_to != "UCAMILLE":
            yield f"{message} {shown(message)}"
    yield from (str(view) for view in desk.slack.views if view.user != "UCAMILLE")


async def press(desk: Desk, person: SimulatedUser, action: str, value: str) -> None:
    """Press a button that nobody was shown."""
    ts = await person.post("#general", "bonjour")
    message = await desk.slack.wait_for(lambda m: m.ts == ts)
    forged: JsonObject = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    await desk.slack.block_actions.press_in_message(
        person.user, desk.slack.workspace.channels["CGENERAL"], message, forged
    )
    await desk.finished()


async def test_no_message_or_view_tells_somebody_else_of_a_private_document() -> None:
    async with vault() as desk:
        stores, james = desk.bot.stores, desk.slack.person("james")
        stores.deletion_holds.hold_deletions([PRIVATE.path], 1, "many")
        stores.folder_problems.replace_folder_problems(
            [FolderProblem(f"#finance/{SECRET}", failure=failure_from_sentence(f"{SECRET} is not TOML"))]
        )
        for scope in ("all", PRIVATE.path):
            request = stores.worker_requests.create_worker_request(scope, "UALICE")
            stores.worker_requests.update_worker_request(
                request,
                "running",
                total=2,
                done=1,
                failed=(FileFailure(PRIVATE.path, failure=failure_from_sentence(SECRET)),),
            )
        for tab in ("home", "messages"):
            await james.open_home(tab)
        for command in ("/docs", "/docs coffre", "/souffleur help", f"/ask {ASKED}", "/gaps", "/compare x", "/reindex"):
            name, _, text = command.partition(" ")
            await james.command(name, text)
        await desk.reply_to(await james.dm(ASKED))
        await desk.reply_to(await james.post("#general", f"<@USOUFFLEUR> {ASKED}"))
        for passage in PASSAGES:
            await press(desk, james, "show_passage_1", f"1 {passage.id}")
        more = MorePassagesButton(ASKED, tuple(passage.id for passage in PASSAGES), "fr")
        await press(desk, james, "more_passages", more.value)
        for action in ("confirm_deletes", "reindex_all", "show_gaps", "share_answer"):
            await press(desk, james, action, PASSAGES[0].id)
        told = [*told_to_others(desk), *(str(call.arguments) for call in desk.slack.calls)]
        assert sum("formulaires" in one for one in told) >= 4  # what is for everyone was found each time
        assert not [one for one in told if SECRET in one]


async def test_what_a_member_was_told_reaches_no_wider_channel() -> None:
    async with vault() as desk:
        camille = desk.slack.person("camille")
        await camille.command("/ask", ASKED, "#general")
        private = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UCAMILLE" and SECRET in shown(m))
        await desk.finished()
        await camille.click(private, SHARE_BUTTON)
        await desk.finished()
        await camille.command("/docs", "", "#general")
        ts = await camille.post("#general", f"<@USOUFFLEUR> {ASKED}")
        await desk.reply_to(ts)
        await desk.finished()
        await camille.edit("#general", ts, f"<@USOUFFLEUR> {ASKED} Le code, et le coffre ?")
        await desk.finished()
        inside = await camille.post("#finance", f"<@USOUFFLEUR> {ASKED}")
        assert SECRET in shown(await desk.reply_to(inside))
        await desk.finished()
        assert not [one for one in told_to_others(desk) if SECRET in one]


def _says(words: str, message: Message) -> bool:
    return bool(message.bot_id) and words in shown(message)


def _named_often(desk: Desk) -> list[dict[str, object]] | None:
    """What the bot shows in messages, views and suggestions, once four of them hold the hostile name."""
    said = (message for message in desk.slack.messages if message.bot_id)
    bodies: list[dict[str, object]] = [{"text": one.text, "blocks": one.blocks} for one in said]
    bodies += [{"view": view.body} for view in desk.slack.views]
    bodies += [{"text": str(call.arguments["prompts"])} for call in desk.slack.calls if "prompts" in call.arguments]
    return bodies if sum("evil" in str(body) for body in bodies) >= 4 else None


async def test_a_hostile_document_name_stays_plain_text_everywhere() -> None:
    names = [document(f"{n} {HOSTILE}.pdf", title=f"{n} {HOSTILE}", read_at=1.0) for n in range(3)]
    broken = document(f"#{HOSTILE}/x.pdf", DocumentState.FAILED, reason=HOSTILE)
    closed = document("c.pdf", title=HOSTILE, audience=frozenset({EVERYONE, f"#{HOSTILE}"}), passages=1)
    async with at_work(saying("?"), document_url_template=f"{LINKS}{{path}}") as desk:
        stores, alice = desk.bot.stores, desk.slack.person("alice")
        indexed(desk, closed, passages_from_excerpts(closed, [Excerpt("x", 1, 1, (HOSTILE,))]))
        desk.ledger.save_documents(*names, broken)
        stores.deletion_holds.hold_deletions([broken.path], 1, "many")
        stores.folder_problems.replace_folder_problems(
            [FolderProblem(broken.path, failure=failure_from_sentence(HOSTILE))]
        )
        request = stores.worker_requests.create_worker_request(broken.path, "UALICE")
        stores.worker_requests.update_worker_request(
            request,
            "running",
            total=2,
            done=1,
            failed=(FileFailure(broken.path, failure=failure_from_sentence(HOSTILE)),),
        )
        for tab in ("home", "messages"):
            await alice.open_home(tab)
        for command, text in (("/docs", ""), ("/docs", HOSTILE), ("/reindex", HOSTILE)):
            await alice.command(command, text)
        await desk.slack.wait_until(lambda: any("prompts" in call.arguments for call in desk.slack.calls) or None)
        for words in ("Guide", "Relecture"):
            await desk.slack.wait_for(partial(_says, words))
        bodies = await desk.slack.wait_until(lambda: _named_often(desk), what="four bodies that name the document")
        known = ["UALICE", "USOUFFLEUR"]
        assert not [found for body in bodies if (found := judge.post(body, [LINKS], known)) != judge.Verdict()]
