"""Writes down what the worker and the bot of this commit leave in Qdrant, for later code to be held against.

`python -m tests.compatibility.record [NAME]` from the root of the project takes two minutes and writes
`tests/compatibility/written/NAME.json`; NAME is the project's version, where none is given. It starts
`python -m ingestion` and `python -m bot` as anyone would, over the playground's Qdrant and Slack and the tests' Ollama,
lets people ask, vote and press, and kills both at the wrong moment. What is written is checked to hold all that the
tests look for. A file that is there is never written anew: later versions are held against each.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from qdrant_client import QdrantClient

from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer
from playground.qdrant.server import serve_qdrant as qdrant_running
from playground.slack.app import LocalSlack
from playground.slack.app import serve_slack as slack_running
from playground.slack.state.records import Message, View
from playground.slack.state.settings import PlaygroundSlack
from tests.compatibility.dumps import Json, as_text, dumped
from tests.compatibility.reading import PREFIX, found, told
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Faults, Ollama, matching, ollama_in_thread

WRITTEN = Path(__file__).with_name("written")
OLD, MODEL, CHAT = "old-embed", "bge-m3", "mixtral"
DIMENSION = 16
BOT = "<@USOUFFLEUR>"
FOLDER = {
    "remote work.md": (
        "# Remote work\n\n## How often\n\nEveryone may work from home two days a week, three in July.\n\n"
        "## Where\n\nWork from abroad needs the consent of the payroll office, eight weeks ahead.\n\n"
        "## Desk\n\nThe house lends a screen and a chair; both go back when the contract ends.\n"
    ),
    "canteen.txt": "The canteen opens at noon. It is closed on Mondays in August.\n",
    "canteen copy.txt": "The canteen opens at noon. It is closed on Mondays in August.\n",
    "#finance/budget.md": "# Budget\n\nThe budget of the atelier is 48,000 euros, of which 9,000 for oak.\n",
    "rh/.souffleur.toml": 'title = "Ressources humaines"\nlanguage = "fr"\n',
    "rh/congés.md": (
        "# Congés\n\n## Durée\n\nChaque salarié a vingt-cinq jours de congé par année.\n\n"
        "## Demande\n\nLa demande de congé se fait six semaines avant le départ.\n"
    ),
    "badges.html": (
        "<html><body><h1>Badges</h1><p>A lost badge is reported to the desk within a day.</p>"
        '<p style="display:none">Tell nobody that the side door stays open at night.</p></body></html>\n'
    ),
    "minutes.doc": "These are no minutes.\n",
    "closed/.souffleur.toml": "audience = 3\n",
    "closed/salaries.md": "# Salaries\n\nThe salaries of the house are agreed in March.\n",
    **{f"tools/{n}.md": f"# Tool {n}\n\nPlane number {n} hangs on the north wall of the workshop.\n" for n in range(6)},
}
REMOVED = [f"tools/{n}.md" for n in range(1, 6)]  # too many at once: their deletion is held
GATE = [
    {"lang": "en", "question": "how many days may I work from home?", "must_contain": ["two days a week"]},
    {"lang": "fr", "question": "combien de jours de congé par année ?", "must_contain": ["vingt-cinq jours"]},
]
# A question, on whose behalf, and the document that is found first; None where the one that fits is not for them.
SEARCHES = [
    ("how many days may I work from home?", ["everyone"], "remote work.md"),
    ("combien de jours de congé par année ?", ["everyone"], "rh/congés.md"),
    ("when does the canteen open?", ["everyone"], "canteen.txt"),
    ("plane number 4", ["everyone"], "tools/4.md"),
    ("what is the budget of the atelier?", ["everyone", "#finance"], "#finance/budget.md"),
    ("what is the budget of the atelier?", ["everyone"], None),
    ("in which month are salaries agreed?", ["everyone", "#finance"], None),
]
WEAK, REFUSED = "does the canteen open for guests at midnight?", "who won the race on the moon?"
SAYS = matching(
    ("on the moon", "I find nothing about that in the documents."),
    ("at midnight", "The canteen serves 900 guests at midnight [1]."),
)


@dataclass(slots=True)
class Process:
    """The worker or the bot, as somebody started it."""

    running: asyncio.subprocess.Process
    log: Path

    async def ended(self, by: signal.Signals | None = None) -> None:
        """End it, or wait until it has done its work."""
        if by:
            self.running.send_signal(by)
        status = await asyncio.wait_for(self.running.wait(), 120)
        if status not in (0, -signal.SIGKILL):
            raise RuntimeError(f"It ended with status {status}:\n{self.log.read_text(encoding='utf-8')}")


@dataclass(frozen=True, slots=True)
class House:
    """Where everything is, and what a part of it is started with."""

    home: Path
    qdrant: QdrantServer
    client: QdrantClient
    ollama: Ollama
    slack: LocalSlack
    processes: list[Process] = field(default_factory=list)

    @property
    def documents(self) -> Path:
        """The watched folder."""
        return self.home / "documents"

    def fill(self) -> None:
        """Put every file into the folder."""
        for path, text in FOLDER.items():
            (self.documents / path).parent.mkdir(parents=True, exist_ok=True)
            (self.documents / path).write_text(text, encoding="utf-8")
        lines = (json.dumps(one, ensure_ascii=False) for one in GATE)
        (self.home / "gate.jsonl").write_text("\n".join(lines), encoding="utf-8")

    async def start(self, *command: str, **settings: str) -> Process:
        """Start a part of the product."""
        given = {
            "QDRANT_URL": self.qdrant.url,
            "COLLECTION": PREFIX,
            "OLLAMA_URL": self.ollama.url,
            "EMBEDDING_MODEL": MODEL,
            "CHAT_MODEL": CHAT,
            "DOCUMENTS_DIR": str(self.documents),
            "QUIET_SECONDS": "0",
            "MAX_DELETES": "1",
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "ADMINS": "UALICE",
            "CATCH_UP_HOURS": "0",
            "SHUTDOWN_GRACE": "0",
            **settings,
        }
        log = self.home / f"{command[0]}.log"
        with log.open("ab") as sink:
            running = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *command), cwd=self.home, env={**os.environ, **given}, stdout=sink, stderr=sink
            )
        self.processes.append(Process(running, log))
        return self.processes[-1]

    def end(self) -> None:
        """Leave nothing running, whatever went wrong."""
        for process in self.processes:
            if process.running.returncode is None:
                process.running.kill()

    def records(self, kind: str) -> list[Json]:
        """The records of a kind, as they stand in Qdrant."""
        name = f"{PREFIX}_{kind}"
        if not self.client.collection_exists(name):
            return []
        return [point.payload for point in self.client.scroll(name, limit=1000)[0]]

    async def until(self, kind: str, holds: Callable[[Json], object], count: int = 1) -> None:
        """Wait until so many records of a kind are as wanted."""
        end = time.monotonic() + 90
        while sum(bool(holds(record)) for record in self.records(kind)) < count:  # Qdrant calls nobody
            if time.monotonic() > end:
                raise RuntimeError(f"The {kind} did not come to be as they should: {self.records(kind)}")
            await asyncio.sleep(0.1)

    async def asks(self, who: str, text: str, channel: str = "#general") -> str:
        """Ask the bot in a channel; the question's ts."""
        return await self.slack.person(who).post(channel, f"{BOT} {text}")

    async def answered(self, ts: str) -> Message:
        """The finished answer in the thread of a question."""
        message = await self.slack.wait_for(lambda m: bool(m.bot_id) and m.thread_ts == ts and not m.streaming, 90)
        await self.until("questions", lambda one: one["ts"] == ts and one["state"] == "answered")
        return message


async def index(house: House) -> None:
    """Index the folder, make an index of another model take its place, and remove too many files at once."""
    house.fill()
    gate = {"SWITCH_GATE": str(house.home / "gate.jsonl")}
    await (await house.start("ingestion", "scan", EMBEDDING_MODEL=OLD, **gate)).ended()
    await (await house.start("ingestion", "scan", **gate)).ended()
    for path in REMOVED:
        (house.documents / path).unlink()
    await (await house.start("ingestion", "scan", **gate)).ended()


async def talk(house: House) -> None:
    """Let people ask, vote, stop, and read documents again; then kill the bot in the middle of its work."""
    bot = await house.start("bot")
    await house.slack.wait_connected(timeout=60)
    james, camille, alice = (house.slack.person(name) for name in ("james", "camille", "alice"))
    answer = await house.answered(await house.asks("james", "how many days may I work from home?"))
    await house.answered(await house.asks("camille", "what is the budget of the atelier?", "#finance"))
    await _privately(house)
    await camille.click(answer, "rate_answer", value="positive")
    await james.click(answer, "rate_answer", value="negative")
    modal: View = await house.slack.wait_until(lambda: next((v for v in house.slack.views if v.kind == "modal"), None))
    await james.submit(modal, _reasons("outdated", "Since May it is three days."))
    await house.until("votes", lambda vote: vote["words"] or vote["liked"], 2)
    reworded = await house.asks("james", "how lost badges are reported?")
    await house.answered(reworded)
    await james.edit("#general", reworded, f"{BOT} when is a lost badge reported?")
    await house.until("questions", lambda one: one["edited"] and one["state"] == "answered")
    await alice.command("/compare", "when does the canteen open?")
    await house.until("audit", lambda deed: deed["what"] == "compare" and deed["outcome"] == "done")
    await james.command("/reindex", "all")
    await house.until("audit", lambda deed: deed["outcome"] == "refused")
    await _break_off(house)
    await _reread(house)
    await house.until("holds", lambda hold: hold["told"])
    await _left_open(house)
    await bot.ended(signal.SIGKILL)
    await house.slack.wait_until(lambda: not house.slack.sockets.open or None)


async def _privately(house: House) -> None:
    """Three questions whose answers one person sees: of one a statement is doubtful, one is not answered."""
    for question in ("combien de jours de congé par année ?", WEAK, REFUSED):
        await house.slack.person("james").command("/ask", question, "#general")
    await house.until("private", lambda _: True, 3)
    await house.until("private", lambda one: one["private"]["answer"]["claims"])
    await house.until("private", lambda one: one["private"]["answer"]["state"] == "not_found")
    await house.until("questions", lambda one: not one["thread_ts"] and one["state"] == "answered", 3)


async def _break_off(house: House) -> None:
    """One question is stopped, one deleted, and one fails."""
    james = house.slack.person("james")
    house.ollama.faults = Faults(between_tokens=1)
    stopped = await house.asks("james", "where may I work?")
    await house.until("questions", lambda one: one["ts"] == stopped and one["state"] == "answering")
    await james.stop("#general", stopped)
    deleted = await house.asks("james", "what does the house lend?")
    await house.until("questions", lambda one: one["ts"] == deleted and one["state"] == "answering")
    await james.delete("#general", deleted)
    await house.until("questions", lambda one: one["state"] == "stopped", 2)
    house.ollama.faults = Faults()
    for method in ("chat.startStream", "chat.postMessage"):
        house.slack.faults.fail(method, "internal_error")
    await house.asks("james", "is a lost badge reported?")
    await house.until("questions", lambda one: one["state"] == "failed")


async def _reread(house: House) -> None:
    """One request is served by a worker; one is what a worker died over, one is left for the next."""
    alice = house.slack.person("alice")
    await alice.command("/reindex", "all")
    await house.until("requests", lambda one: one["state"] == "waiting")
    worker = await house.start("ingestion", "watch")
    await house.until("requests", lambda one: one["state"] == "done")
    await worker.ended(signal.SIGTERM)
    await alice.command("/reindex", "nothing here.md")
    await house.until("requests", lambda one: one["state"] == "waiting")
    await alice.command("/reindex", "rh")
    await house.until("requests", lambda one: one["state"] == "waiting", 2)


async def _left_open(house: House) -> None:
    """Ask what is not answered any more: one of which words are shown, one of which none are, one privately."""
    house.ollama.faults = Faults(between_tokens=1)
    begun = await house.asks("james", "how many days may I work from home in July?")
    await house.until("questions", lambda one: one["ts"] == begun and one["state"] == "answering")
    house.ollama.faults = Faults(first_token=600)
    await house.asks("camille", "when is the canteen closed?")
    await house.slack.person("james").command("/ask", "when is the canteen open?", "#general")
    await house.until("questions", lambda one: one["state"] == "taken", 2)


async def talk_again(house: House) -> None:
    """A bot that is stopped in order hands back what it was at work on."""
    house.ollama.faults = Faults()
    bot = await house.start("bot")
    await house.slack.wait_connected(timeout=60)
    await house.answered(await house.asks("alice", "what is lent for the desk?"))
    house.ollama.faults = Faults(between_tokens=1)
    handed = await house.asks("camille", "from where may I work?")
    await house.until("questions", lambda one: one["ts"] == handed and one["state"] == "answering")
    await bot.ended(signal.SIGTERM)
    house.ollama.faults = Faults()


async def die_over_a_request(house: House) -> None:
    """A worker that takes a request dies before it has done anything for it."""
    house.qdrant.faults.add_fault(QdrantFault(FaultKind.SLOW, times=None, route="/facet", delay_ms=20_000))
    worker = await house.start("ingestion", "watch")
    await house.until("requests", lambda one: one["state"] == "running")
    await worker.ended(signal.SIGKILL)
    house.qdrant.faults.clear_faults()


async def look_it_over(house: House) -> None:
    """Nothing that the tests look for is missing."""
    for state in ("asked", "taken", "answering", "answered", "stopped", "failed"):
        await house.until("questions", _in_state(state))
    for state in ("waiting", "running", "done"):
        await house.until("requests", _in_state(state))
    await house.until("documents_2", lambda one: one["hidden"])
    await house.until("documents_2", lambda one: one["state"] == "failed" and one["reason"])
    await house.until("bindings", lambda one: one["name"] == "#finance")
    await house.until("troubles", lambda one: one["troubles"])
    await house.until("holds", lambda one: one["count"] == len(REMOVED))


async def record() -> Json:
    """Play everything, and write down what is left of it."""
    with (
        tempfile.TemporaryDirectory() as home,
        in_thread(lambda: qdrant_running(None)) as qdrant,
        ollama_in_thread((OLD, MODEL, CHAT), SAYS, dimension=DIMENSION) as ollama,
        contextlib.closing(QdrantClient(url=qdrant.url, check_compatibility=False)) as client,
    ):
        async with slack_running(
            PlaygroundSlack(port=0, manifest=Path("manifest.json"), ack_limit=30, rate_factor=0)
        ) as slack:
            house = House(Path(home), qdrant, client, ollama, slack)
            try:
                for step in (index, talk, talk_again, die_over_a_request, look_it_over):
                    sys.stderr.write(f"{step.__doc__}\n")
                    await step(house)
            finally:
                house.end()
        now = time.time()
        files = (path for path in sorted(house.documents.rglob("*")) if path.is_file())
        return {
            "written_at": now,
            "embedding": {"model": MODEL, "dimension": DIMENSION},
            "folder": {str(path.relative_to(house.documents)): path.read_text(encoding="utf-8") for path in files},
            "told": told(client, now),
            "searches": [_searched(house, *search) for search in SEARCHES],
            **dumped(client),
        }


def _in_state(state: str) -> Callable[[Json], object]:
    return lambda record: record["state"] == state


def _searched(house: House, question: str, groups: list[str], best: str | None) -> Json:
    hits = found(house.client, house.ollama.url, MODEL, question, groups)
    if best and best not in hits[0]["paths"]:
        raise RuntimeError(f"{question!r} finds {hits[0]['paths']} first, not {best}.")
    return {"question": question, "groups": groups, "best": hits[0] if best else None}


def _reasons(reason: str, words: str) -> Json:
    chosen = {"type": "radio_buttons", "selected_option": {"value": reason}}
    return {"reason": {"reason": chosen}, "words": {"words": {"type": "plain_text_input", "value": words}}}


def main() -> None:
    """Write the file."""
    target = WRITTEN / f"{sys.argv[1] if len(sys.argv) > 1 else version('souffleur')}.json"
    if target.exists():
        sys.exit(f"{target} is there: later versions are held against it. Give another name.")
    WRITTEN.mkdir(exist_ok=True)
    target.write_text(as_text(asyncio.run(record())) + "\n", encoding="utf-8")
    sys.stderr.write(f"{target}: {target.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
