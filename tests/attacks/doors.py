"""People of different rights at every door of the bot, over a folder whose rules and files change: random visits.

The whole bot answers in a local Slack over a real socket, and the worker reads real files. The model repeats each
canary that it is shown, wherever in its prompt. `Visit` does one thing at random; `find_told` judges what it showed.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from bot.answering.model import open_chat_model
from bot.answering.pipeline import AnswerPipeline
from bot.settings import BotSettings
from bot.slack.questions.private_answer import LOOK_FURTHER_BUTTON
from ingestion.reader_processes.pool import ReaderPool
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.passage_writer import PassageWriter
from playground.slack.people.simulated_user import SimulatedUser
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import Channel, Message
from playground.slack.web_api.json_values import JsonObject, as_objects, as_text, walk
from tests.attacks.readers import FolderRights, find_readers
from tests.bot.slack.running_bot import SLACK, Desk, at_work
from tests.doubles.ollama import Message as ModelMessage
from tests.doubles.ollama import running_ollama
from tests.doubles.temporary_qdrant import open_temporary_qdrant

CANARY = re.compile(r"zorv[a-z]{5}")
Act: TypeAlias = Callable[[SimulatedUser], Awaitable[None]]
STEPS = 60  # of one visit
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens there
PEOPLE = ("camille", "alice", "james", "sofia", "elena")
ADMIN = "UALICE"
BOT = "<@USOUFFLEUR>"
FOLDERS = ("", "open", "open/deep", "#finance", "#finance/@camille", "@james", "@camille", "#rh", "open/@james")
RULES = ('audience = "#finance"', 'audience = "@camille"', 'audience = "everyone"', 'audience = "nobody"', "broken")
ASKED = (
    "quel est le budget de la refonte ?",
    "budget",
    "refonte de la lampe",
    "quels documents connais-tu ?",
    "qu'est-ce qui a changé cette semaine ?",
    "quel est le budget de la refonte ? et qui dirige la refonte ?",
    "which documents do you know?",
    "et ensuite ?",
    "merci",
)
COMMANDS = (
    "/docs", "/docs budget", "/souffleur help", "/souffleur bindings", "/gaps", "/compare quel budget ?", "/reindex",
)  # fmt: skip
FORGED_ACTIONS = (
    "show_passage_1", "more_passages", "share_answer", "ask_again", "look_further", "choose_question_1", "rate_answer",
    "show_gaps", "confirm_deletes", "reindex_all", "refresh_home", "file_into",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A canary that was shown to somebody who may not read its document, `after` the last things that were done."""

    canary: str
    where: str
    reader: str
    shown: str
    after: tuple[str, ...] = ()


class Parrot:
    """A model that repeats every canary of what it reads, also where it is asked for a complete question."""

    def __call__(self, messages: Sequence[ModelMessage]) -> Iterable[str]:
        read = "\n".join(message.content for message in messages)
        canaries = " ".join(sorted(set(CANARY.findall(read))))
        condensing = not re.search(r"<passage|\[\d+\]", messages[-1].content)
        return [f"budget de la refonte {canaries}"] if condensing else [f"Le budget de la refonte {canaries} [1]."]


@dataclass(slots=True)
class Place:
    """The watched folder with the worker over it, and a desk of the bot over the same index."""

    root: Path
    desk: Desk
    worker: Reconciler
    rights: FolderRights
    canaries: dict[str, str] = field(default_factory=dict)  # the path of the document of each canary

    def put_document(self, folder: str, canary: str) -> None:
        """Write a document that names its canary in its name, title, heading and text."""
        path = f"{folder}/{canary}.md" if folder else f"{canary}.md"
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        lines = (f"# Refonte {canary}", f"## Budget {canary}", f"Le budget de la refonte {canary} est de mille euros.")
        (self.root / path).write_text("\n\n".join((*lines, f"{canary} dirige la refonte de la lampe.")))
        self.canaries[canary] = path

    async def run_passes(self) -> None:
        """Let the worker look twice, as after `SCAN_SECONDS`."""
        for _ in range(2):
            await asyncio.to_thread(self.worker.run_pass)
        await self.desk.bot.people.access_directory.refresh_name_bindings()
        self.desk.bot.people.access_directory._fresh_bindings.forget_key("")

    async def settle(self) -> None:
        """Wait until every event is delivered and every task of the bot is done."""
        delivery = self.desk.slack.delivery
        for _ in range(2):
            while delivery._tasks:  # noqa: ASYNC110 (the local Slack tells of no empty queue)
                await asyncio.sleep(0.002)
            await self.desk.finished()


@contextlib.asynccontextmanager
async def open_place(root: Path, reader_pool: ReaderPool) -> AsyncIterator[Place]:
    """A folder with a document in each place, read by the worker, and the bot over it."""
    async with running_ollama(script=Parrot()) as ollama:
        settings = BotSettings(_env_file=None, ollama_url=ollama.url, num_ctx=16_000)
        blind = EmbeddingModel(Settings(ollama_url=NOWHERE))
        with contextlib.closing(open_temporary_qdrant()) as client:
            search = PassageSearch(client, settings.collection, blind)
            documents = ServedDocuments(IndexVersions(client, settings.collection))
            chain = AnswerPipeline(settings, search, open_chat_model(settings), documents)
            unhurried = replace(SLACK, rate_factor=0.0)
            async with at_work(chain.answer_question, unhurried, index=client) as desk:
                writer, ledger = (
                    PassageWriter(client, settings.collection, blind),
                    DocumentLedger(client, settings.collection),
                )
                worker = Reconciler(
                    WatchedFolder(root), IndexTarget(writer, ledger), DocumentReading(reader_pool), threading.Event()
                )
                place = Place(root, desk, worker, FolderRights(root, desk.slack.workspace))
                for n, folder in enumerate(FOLDERS):
                    place.put_document(folder, f"zorv{chr(97 + n) * 5}")
                await place.run_passes()
                yield place


async def play_visit(seed: int, root: Path, reader_pool: ReaderPool) -> list[Told]:
    """Play one visit until somebody is told what they may not read, or to its end."""
    async with open_place(root, reader_pool) as place:
        visit = Visit(place, random.Random(seed))  # noqa: S311 - the same seed gives the same visit
        for _ in range(STEPS):
            if told := await visit.do_something():
                return [replace(one, after=tuple(visit.done[-12:])) for one in told]
    return []


class Visit:
    """One thing after another that people do, drawn from a seed."""

    def __init__(self, place: Place, chance: random.Random) -> None:
        self.place = place
        self.chance = chance
        self.done: list[str] = []
        self._known: set[str] = set()  # canaries in what the person chose to say or press
        self._values: list[str] = []

    async def do_something(self) -> list[Told]:
        """Do one thing, wait for all that follows, and judge what is new."""
        return await self.do(self.chance.choice(self.list_acts()), self.chance.choice(PEOPLE))

    async def do(self, act: Act, name: str) -> list[Told]:
        """Let a person do a thing of this kind."""
        before, person = dict(self._list_shown()), self.place.desk.slack.person(name)
        self._known = set()
        with contextlib.suppress(UserActionError):  # Slack lets nobody do this
            await act(person)
        await self.place.settle()
        self._gather_values()
        return list(self._find_told(before))

    def list_acts(self) -> list[Act]:
        """The kinds of things that people do; what matters more is there more often."""
        asks = [self._mention, self._write_directly, self._reply_in_thread, self._ask_privately, self._edit]
        looks = [self._run_command, self._open_home, self._use_shortcut, self._delete]
        presses = [self._press_shown, self._press_shown, self._press_shown, self._press_forged, self._look_further]
        changes = [self._change_members, self._change_folder, self._change_folder]
        return [*asks, *asks, *looks, *presses, *changes]

    def _note(self, what: str) -> None:
        self.done.append(what)

    def _choose_channel(self, person: SimulatedUser) -> Channel:
        mine = [one for one in self._channels() if person.id in one.members and one.kind != "im"]
        return self.chance.choice(mine)

    def _channels(self) -> list[Channel]:
        return list(self.place.desk.slack.workspace.channels.values())

    async def _mention(self, person: SimulatedUser) -> None:
        channel, text = self._choose_channel(person), self.chance.choice(ASKED)
        self._note(f"{person.id} mentions in {channel.name}: {text}")
        await person.post(channel.id, f"{BOT} {text}")

    async def _write_directly(self, person: SimulatedUser) -> None:
        text = self.chance.choice(ASKED)
        self._note(f"{person.id} writes directly: {text}")
        await person.dm(text)

    async def _reply_in_thread(self, person: SimulatedUser) -> None:
        threads = [one for one in self._list_visible(person) if one.bot_id and one.thread_ts and not one.ephemeral_to]
        if threads:
            one, text = self.chance.choice(threads), self.chance.choice(ASKED)
            self._note(f"{person.id} replies in a thread of {one.channel}: {text}")
            mention = f"{BOT} " if self.chance.random() < 0.5 else ""
            await person.post(one.channel, f"{mention}{text}", one.thread_ts)

    async def _ask_privately(self, person: SimulatedUser) -> None:
        channel, text = self._choose_channel(person), self.chance.choice(ASKED)
        self._note(f"{person.id} /ask in {channel.name}: {text}")
        await person.command("/ask", text, channel.id)

    async def _run_command(self, person: SimulatedUser) -> None:
        name, _, text = self.chance.choice(COMMANDS).partition(" ")
        self._note(f"{person.id} {name} {text}")
        await person.command(name, text, self._choose_channel(person).id)

    async def _open_home(self, person: SimulatedUser) -> None:
        tab = self.chance.choice(("home", "messages"))
        self._note(f"{person.id} opens {tab}")
        await person.open_home(tab)

    async def _edit(self, person: SimulatedUser) -> None:
        mine = [one for one in self._list_visible(person) if one.user == person.id]
        if mine:
            one, text = self.chance.choice(mine), self.chance.choice(ASKED)
            self._note(f"{person.id} edits in {one.channel}: {text}")
            await person.edit(one.channel, one.ts, f"{BOT} {text}")

    async def _delete(self, person: SimulatedUser) -> None:
        mine = [one for one in self._list_visible(person) if one.user == person.id]
        if mine and self.chance.random() < 0.3:
            one = self.chance.choice(mine)
            self._note(f"{person.id} deletes in {one.channel}")
            await person.delete(one.channel, one.ts)

    async def _use_shortcut(self, person: SimulatedUser) -> None:
        shown = [one for one in self._list_visible(person) if not one.ephemeral_to]
        if not shown:
            return
        message = self.chance.choice(shown)
        self._note(f"{person.id} asks about a message of {message.channel}")
        self._known |= set(CANARY.findall(str(message)))
        await person.shortcut(message, "ask_about_this")
        await self.place.settle()
        for view in self.place.desk.slack.views:
            if view.user == person.id and view.body.get("callback_id") == "ask_about_this":
                typed: JsonObject = {"type": "plain_text_input", "value": self.chance.choice(ASKED)}
                await person.submit(view, {"question": {"text": typed}})

    async def _press_shown(self, person: SimulatedUser) -> None:
        """Press a button of any message that the person sees, however old, and whoever asked."""
        shown = [one for one in self._list_visible(person) if one.bot_id and any(_buttons(one.blocks))]
        if not shown:
            return
        message = self.chance.choice(shown)
        button = self.chance.choice(list(_buttons(message.blocks)))
        self._known |= set(CANARY.findall(as_text(button.get("value"))))
        action = as_text(button.get("action_id"))
        self._note(f"{person.id} presses {action} in {message.channel}")
        options = [as_text(one.get("value")) for one in as_objects(button.get("options"))]
        await person.click(message, action, value=self.chance.choice(options) if options else None)

    async def _look_further(self, person: SimulatedUser) -> None:
        """Have an answer in a channel looked up by one's own rights, whoever asked, and however old it is."""
        shown = [one for one in self._list_visible(person) if LOOK_FURTHER_BUTTON in str(one.blocks)]
        if shown:
            message = self.chance.choice(shown)
            self._known |= set(CANARY.findall(str(list(_buttons(message.blocks)))))
            self._note(f"{person.id} looks further in {message.channel}")
            await person.click(message, LOOK_FURTHER_BUTTON)

    async def _press_forged(self, person: SimulatedUser) -> None:
        """Press what nobody was shown: a value of somebody else's button, under any name, in any conversation."""
        shown = self._list_visible(person)
        if not (shown and self._values):
            return
        message, value = self.chance.choice(shown), self.chance.choice(self._values)
        action = self.chance.choice(FORGED_ACTIONS)
        self._known |= set(CANARY.findall(value))
        self._note(f"{person.id} forges {action} {value!r} in {message.channel}")
        forged: JsonObject = {"type": "button", "action_id": action, "block_id": value, "value": value}
        channel = self.place.desk.slack.workspace.channels[message.channel]
        await self.place.desk.slack.block_actions.press_in_message(person.user, channel, message, forged)

    async def _change_members(self, person: SimulatedUser) -> None:
        del person
        workspace = self.place.desk.slack.workspace
        channel, user = self.chance.choice(("CFINANCE", "CRH", "CGENERAL")), self.chance.choice(PEOPLE)
        name = f"U{user.upper()}"
        change = workspace.leave if name in workspace.channels[channel].members else workspace.join
        self._note(f"{change.__name__} {channel} {name}")
        change(channel, name)

    async def _change_folder(self, person: SimulatedUser) -> None:
        """Move a document, or change a rule; then the worker looks."""
        del person
        place, rule = self.place, self.chance.choice(FOLDERS)
        if self.chance.random() < 0.6:
            canary, folder = self.chance.choice(sorted(place.canaries)), self.chance.choice(FOLDERS)
            old, new = place.canaries[canary], f"{folder}/{canary}.md" if folder else f"{canary}.md"
            self._note(f"{old} moves to {new}")
            (place.root / new).parent.mkdir(parents=True, exist_ok=True)
            (place.root / old).rename(place.root / new)
            place.canaries[canary] = new
        elif rule:
            (place.root / rule).mkdir(parents=True, exist_ok=True)
            path = place.root / rule / ".souffleur.toml"
            words = self.chance.choice(RULES)
            self._note(f"rule of {rule}: {words}")
            path.write_text(words)
        await place.run_passes()

    def _list_visible(self, person: SimulatedUser) -> list[Message]:
        channels = {one.id for one in self._channels() if person.id in one.members}
        every = self.place.desk.slack.messages
        return [one for one in every if one.channel in channels and one.ephemeral_to in (None, person.id)]

    def _gather_values(self) -> None:
        for message in self.place.desk.slack.messages:
            self._values += [as_text(one.get("value")) for one in _buttons(message.blocks) if one.get("value")]
        self._values = sorted(set(self._values))

    def _list_shown(self) -> Iterator[tuple[tuple[str, str], tuple[str, frozenset[str]]]]:
        """What stands somewhere now, and who reads it: messages, views, suggestions, titles of threads."""
        workspace = self.place.desk.slack.workspace
        for message in self.place.desk.slack.messages:
            if message.user == workspace.bot.id or message.bot_id:
                readers = find_readers(workspace, message.channel, message.ephemeral_to)
                yield message.key, (f"{message.text} {message.blocks} {message.tasks}", readers)
        for view in self.place.desk.slack.views:
            yield ("view", f"{view.id} {view.hash}"), (str(view.body), frozenset({view.user}))
        for (channel, thread), prompts in workspace.prompts.items():
            yield ("prompts", f"{channel} {thread}"), (str(prompts), find_readers(workspace, channel, None))

    def _find_told(self, before: dict[tuple[str, str], tuple[str, frozenset[str]]]) -> Iterator[Told]:
        for key, (shown, readers) in self._list_shown():
            if key in before and before[key][0] == shown:
                continue
            for canary in set(CANARY.findall(shown)) - self._known:
                path = self.place.canaries[canary]
                for reader in readers:
                    is_admins_own = reader == ADMIN and len(readers) == 1
                    if not (is_admins_own or self.place.rights.may_read(reader, path)):
                        yield Told(canary, " ".join(key), reader, shown)


def _buttons(blocks: Iterable[JsonObject]) -> Iterator[JsonObject]:
    for block in blocks:
        yield from (element for element in walk(block) if element.get("action_id"))
