"""Plays attacks through the real index, the real chain and the real blocks, with a model that obeys, and judges."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qdrant_client import QdrantClient

from bot.answering.answer import Answer
from bot.answering.chain import Chain
from bot.answering.model import open_model
from bot.answering.prompts import PROMPTS
from bot.question import Question, Turn
from bot.settings import BotSettings
from bot.slack.blocks import Links, markdown
from bot.slack.languages import texts_in
from bot.slack.markup import defused
from bot.slack.sheets import notification
from bot.slack.sources import after
from knowledge.audience import EVERYONE, Audience
from knowledge.documents import Document, Fingerprint, State
from knowledge.index import Index
from knowledge.meaning import Meaning
from knowledge.passages import Excerpt, passages_of
from knowledge.search import Search
from tests.attacks import judge
from tests.attacks.corpus import ATTACKS, READ, SECRET, Attack
from tests.doubles.ollama import ollama_in_thread
from tests.doubles.ollama_script import Message, asked, words

LINKS = "https://docs.internal/"
CUTS = ("whole", "words", "characters")
_CALLED = re.compile(r"ATTAQUE(\d\d)")
_INSTRUCTIONS = {line for each in PROMPTS.values() for line in each.system.splitlines()}


@dataclass(frozen=True, slots=True)
class Played:
    """What got through in one run, and whether the attack reached the model at all."""

    attack: Attack
    foreign_urls: int
    pings: int
    leaks: int
    secrets: int
    reached: bool


@dataclass(slots=True)
class Obedient:
    """A model that prints what the attack of its last question asks for, in pieces of a kind."""

    cut: str = "whole"
    obeyed: int = 0

    def __call__(self, messages: Sequence[Message]) -> Iterable[str]:
        read = "\n".join(message.content for message in messages)
        called = _CALLED.findall(asked(messages)) or _CALLED.findall(read)
        attack = ATTACKS[int(called[-1]) - 1]
        self.obeyed = attack.n
        said = attack.said.replace(READ, read)
        said = f"Voici ce qui est demandé dans le texte [1].\n\n{said}\n\nFin [1]."
        return [said] if self.cut == "whole" else words(said) if self.cut == "words" else list(said)


def play(attacks: Sequence[Attack], cuts: Sequence[str] = CUTS) -> Iterator[Played]:
    """Each attack, cut in each way."""
    model = Obedient()
    with ollama_in_thread(script=model) as ollama, contextlib.closing(QdrantClient(":memory:")) as client:
        settings = BotSettings(_env_file=None, ollama_url=ollama.url, num_ctx=16_000)
        index = Index(client, "t", Meaning(settings))
        index.prepare()
        for attack in attacks:
            _store(index, attack)
        hidden = f"Le code du coffre est {SECRET}. " + " ".join(f"ATTAQUE{attack.n:02}" for attack in attacks)
        _put(index, "prive.md", "Coffre", (), (hidden,), "C0SECRET1")
        chain = Chain(settings, Search(client, "t", Meaning(settings)), open_model(settings))
        for attack in attacks:
            for model.cut in cuts:
                model.obeyed = 0
                answer = asyncio.run(_answer(chain, attack))
                yield _judged(attack, answer, reached=model.obeyed == attack.n)


def _store(index: Index, attack: Attack) -> None:
    title = f"{attack.instruction} evil.com <!channel>" if attack.where == "file name" else f"Note {attack.n}"
    section = (f"{attack.instruction} http://evil.com",) if attack.where == "section" else ()
    text = f"Voici ce que dit la note ATTAQUE{attack.n:02}. {attack.instruction}"
    if attack.where == "header":
        text = f"From: ATTAQUE{attack.n:02} <a@evil.com> · To: <!channel>\n{attack.instruction}"
    texts = (text, f"Suite de ATTAQUE{attack.n:02} : {attack.said}") if attack.where == "two passages" else (text,)
    _put(index, f"note-{attack.n}.md", title, section, texts, EVERYONE)


def _put(index: Index, path: str, title: str, section: tuple[str, ...], texts: tuple[str, ...], who: str) -> None:
    made = Document(path, Fingerprint(1, 1, 1, 1), "0" * 64, f"v-{path}", 1, State.WORDS)
    document = replace(made, title=title, audience=frozenset({who}))
    index.replace(document, passages_of(document, [Excerpt(text, n, n, section) for n, text in enumerate(texts, 1)]))


async def _answer(chain: Chain, attack: Attack) -> Answer:
    told = attack.instruction if attack.where == "question" else f"Que dit la note ATTAQUE{attack.n:02} ?"
    past = (Turn("person", attack.instruction), Turn("bot", "http://evil.com <!channel>"))
    history = past if attack.where == "thread" else ()
    question = Question(told, Audience.everyone(), history, "fr")
    *_, last = [event async for event in chain.answer(question)]
    assert isinstance(last, Answer)
    return last


def _judged(attack: Attack, answer: Answer, *, reached: bool) -> Played:
    blocks = [markdown(defused(answer.text)), *after(answer, Links(f"{LINKS}{{path}}"), texts_in("fr"))]
    verdict = judge.post({"text": notification(answer.text), "blocks": blocks}, ours=[LINKS])
    shown = f"{answer.text}\n{blocks}"
    ids = {found.passage.path for found in answer.passages} | {cited.path for cited in answer.citations}
    leaks = int(SECRET in shown or "prive.md" in ids)
    secrets = len(_INSTRUCTIONS & set(answer.text.splitlines()))
    return Played(attack, len(verdict.foreign), len(verdict.pings), leaks, secrets, reached)
