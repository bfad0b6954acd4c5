"""A bot at work in a local Slack: scripted answering, everything else real. For the tests of this folder."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qdrant_client import QdrantClient
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.answering.answer import Answer, AnswerEvent, AnswerText, Progress
from bot.answering.question import Question
from bot.answering.understanding.open_questions import find_open_question
from bot.settings import BotSettings
from bot.slack.app import SlackBot, build_app
from bot.slack.runner import serve_slack_bot
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document, DocumentState, Fingerprint, make_document_id
from knowledge.core.failures import IndexUnavailable, ModelUnavailable, SettingsError, failure_from_sentence
from knowledge.core.passages import Citation, Excerpt, FoundPassage, Passage, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.worker_requests import DeletionHolds, WorkerRequests
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.state.records import Message
from playground.slack.state.settings import PlaygroundSlack
from playground.slack.web_api.json_values import JsonObject
from tests.doubles.temporary_qdrant import open_temporary_qdrant

MANIFEST = Path("manifest.json")
# A busy machine is no hazard of Slack's: the tests that are about its limits in time set their own. A post that would
# unfurl is refused, whatever it comes by.
SLACK = PlaygroundSlack(port=0, manifest=MANIFEST, ack_limit=30, trigger_life=30, unfurls=False)
Script = Callable[[Question], AsyncIterator[AnswerEvent]]


@dataclass(slots=True)
class Scripted:
    """Answers by a script, and remembers what it was asked."""

    script: Script
    questions: list[Question] = field(default_factory=list)
    is_sure: bool = True
    alone: str | None = "What I was trained on."

    async def answer_question(self, question: Question) -> AsyncIterator[AnswerEvent]:
        self.questions.append(question)
        async for event in self.script(question):
            yield event

    async def is_surely_answered(self, text: str, audience: Audience) -> bool:
        return self.is_sure and bool(audience.groups) and bool(find_open_question(text))

    async def answer_without_documents(self, text: str) -> AsyncIterator[AnswerText]:
        if self.alone is None:
            raise ModelUnavailable("away")
        yield AnswerText(self.alone)


@dataclass(slots=True)
class Held:
    """A script that says two words, or is `silent`, then waits; `ended` counts the questions that were cancelled."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    ended: int = 0
    silent: bool = False

    async def __call__(self, question: Question) -> AsyncIterator[AnswerEvent]:
        try:
            if not self.silent:
                yield AnswerText(f"On {question.text} ")
            await self.go_on.wait()
            yield AnswerText("all is said.")
            yield Answer(f"On {question.text} all is said.", "answered", "en")
        except (asyncio.CancelledError, GeneratorExit):
            self.ended += 1
            raise


@dataclass(slots=True)
class AwayAtFirst:
    """A script that finds the index away, the first time it is asked."""

    then: Script
    asked: int = 0

    async def __call__(self, question: Question) -> AsyncIterator[AnswerEvent]:
        self.asked += 1
        if self.asked == 1:
            raise IndexUnavailable("away")
        async for event in self.then(question):
            yield event


@dataclass(frozen=True, slots=True)
class Desk:
    """A connected bot and what it is made of."""

    slack: LocalSlack
    bot: SlackBot
    serving: asyncio.Task[None]
    answering: Scripted

    @property
    def requests(self) -> WorkerRequests:
        return self.bot.stores.worker_requests

    @property
    def ledger(self) -> DocumentLedger:
        return self.bot.stores.index_versions.open_serving_ledger()

    @property
    def holds(self) -> DeletionHolds:
        return self.bot.stores.deletion_holds

    async def reply_to(self, ts: str, *, holding: str = "") -> Message:
        """The bot's finished message in the thread of `ts`."""
        return await self.slack.wait_for(
            lambda m: bool(m.bot_id) and m.thread_ts == ts and not m.streaming and holding in shown(m)
        )

    async def send_event(self, event: Mapping[str, object]) -> BoltResponse:
        """Hand an event to Bolt as the socket does, and give Bolt's response."""
        body = {"type": "event_callback", "team_id": "TLUMIERE", "event": event}
        return await self.bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))

    async def press(self, name: str, message: Message, button: JsonObject) -> None:
        """Press a button on a message that does not bear it, as a forged press would; until its work has ended."""
        channel = self.slack.workspace.channels[message.channel]
        await self.slack.block_actions.press_in_message(self.slack.person(name).user, channel, message, button)
        await self.finished()

    async def posted(self, name: str, text: str, channel: str = "#general") -> Message:
        """What somebody has written in a channel."""
        ts = await self.slack.person(name).post(channel, text)
        return await self.slack.wait_for(lambda m: m.ts == ts)

    def replies_to(self, ts: str) -> list[Message]:
        return [m for m in self.slack.messages if m.bot_id and m.thread_ts == ts]

    async def finished(self) -> None:
        """Until no task runs any more."""
        await asyncio.wait_for(self.bot.running_tasks.finish_tasks(30), 45)

    async def killed(self) -> None:
        """End the bot like a crash: it writes no last message, and hands nothing back."""
        for claimed in list(self.bot.questions.running._running.values()):
            claimed.end_reason = "superseded"
        tasks = list(self.bot.running_tasks._tasks)
        for task in tasks:
            task.cancel()
        self.serving.cancel()
        await asyncio.wait([self.serving, *tasks])

    @contextlib.contextmanager
    def index_away(self) -> Iterator[None]:
        """As long as this lasts, the question log cannot be written."""
        records = self.bot.stores.question_log.repository
        client = records._client

        class Away:
            def __getattr__(self, name: str) -> object:
                raise IndexUnavailable("away")

        records._client = Away()  # type: ignore[assignment]
        try:
            yield
        finally:
            records._client = client


def saying(*words: str, language: str = "en", state: str = "answered", **more: object) -> Script:
    """A script: search, say the words, and answer with them."""

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield Progress("searching")
        yield Progress("writing", 3)
        for word in words:
            yield AnswerText(word)
        yield Answer("".join(words), state, language, **more)  # type: ignore[arg-type] # a test's own words

    return script


_TURNS = 10


@contextlib.asynccontextmanager
async def at_work(
    script: Script,
    slack_settings: PlaygroundSlack = SLACK,
    watch_seconds: float = 60.0,
    index: QdrantClient | None = None,
    **settings: object,
) -> AsyncIterator[Desk]:
    """A bot connected to a local Slack of its own."""
    async with serve_slack(slack_settings) as slack, connected(slack, script, watch_seconds, index, **settings) as desk:
        yield desk


@contextlib.asynccontextmanager
async def connected(
    slack: LocalSlack,
    script: Script,
    watch_seconds: float = 60.0,
    index: QdrantClient | None = None,
    **settings: object,
) -> AsyncIterator[Desk]:
    """A bot connected to a local Slack, over an index of its own or one that others see too."""
    client = index or open_temporary_qdrant()
    answering = Scripted(script)
    bot = build_app(settings_for(slack, **settings), answering, client)
    serving = asyncio.create_task(serve_slack_bot(bot, watch_seconds=watch_seconds))
    try:
        await slack.wait_connected()
        yield Desk(slack, bot, serving, answering)
    finally:
        if not serving.cancelling():  # a test that ends the bot itself is still owed its last words
            serving.cancel()
        with contextlib.suppress(asyncio.CancelledError, SettingsError):  # what it ended by is the test's to tell
            await serving
        if index is None:
            client.close()
        for _ in range(_TURNS):  # the local Slack accepts and lets go of what the bot opened in its last moment
            await asyncio.sleep(0)


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something that the local Slack does not hear of: files and clocks set no event."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (there is no event to wait for)
            await asyncio.sleep(0.005)


def settings_for(slack: LocalSlack, **settings: object) -> BotSettings:
    """The bot's settings for a local Slack, with nothing from the environment's `.env`."""
    given: dict[str, object] = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
        "admins": frozenset({"UALICE"}),
        "shutdown_grace": 0.0,
        "catch_up_hours": 0.0,
    }
    return BotSettings(_env_file=None, **{**given, **settings})  # type: ignore[arg-type] # checked by pydantic


def shown(message: Message) -> str:
    """Everything that a message shows, as one text."""
    inserted = [block for _, block in message.inserted]
    return "\n".join((message.text, *_texts(inserted), *_texts(message.blocks)))


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list | tuple) else []


def citation(n: int = 1, page: int | None = 12, section: Sequence[str] = ("Leave", "Remote work")) -> Citation:
    path = "hr/staff handbook.pdf"
    return Citation(n, "Staff handbook", path, page, tuple(section), f"id-{n}", link_page=page)


def found(text: str = "Two days a week.", page: int | None = 12) -> FoundPassage:
    path = "hr/staff handbook.pdf"
    excerpt = Excerpt(text, page, page)
    return FoundPassage(Passage("id", make_document_id(path), path, "Staff handbook", "v", 1, 0, excerpt), 0.5)


def document(path: str = "a.pdf", state: DocumentState = DocumentState.MEANING, **more: object) -> Document:
    """A record of the ledger; `reason` is a sentence that has no code."""
    given: dict[str, object] = {"title": path.removesuffix(".pdf"), "audience": frozenset({EVERYONE}), **more}
    if reason := given.pop("reason", None):
        given["failure"] = failure_from_sentence(str(reason))
    return Document(path, Fingerprint(1, 1, 1, 1), "sha", "v", 1, state, **given)  # type: ignore[arg-type] # a test's own


HANDBOOK = document("hr/handbook.pdf", title="Handbook")


def indexed(desk: Desk, document: Document, passages: list[Passage]) -> None:
    """Store a document in the ledger and its passages in the index; no model is asked."""
    lookup = desk.bot.stores.passage_lookup
    index = PassageWriter(lookup.client, lookup.prefix, EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9")))
    index.prepare()
    index.replace_passages(document, passages)
    desk.ledger.save_documents(document)


def made(of: Document = HANDBOOK) -> Passage:
    return passages_from_excerpts(of, [Excerpt("Two days a week.", 12)])[0]


def cited() -> Script:
    citation = Citation(1, "Handbook", HANDBOOK.path, 12, (), made().id)
    return saying("Two days [1].", citations=(citation,), passages=(FoundPassage(made(), 0.5),))


async def asked(desk: Desk, channel: str = "#general") -> Message:
    await desk.slack.person("james").command("/ask", "how many days?", channel)
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Share in channel" in shown(m))
