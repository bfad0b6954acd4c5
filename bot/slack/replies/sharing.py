"""Keeps private answers, and shows one to a whole channel if everybody there may know every passage behind it.

They are kept as long as questions are; with `JOURNAL_DAYS=0` they stay in the memory of this process.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import aiohttp
from pydantic import TypeAdapter, ValidationError
from qdrant_client import QdrantClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.answer import Answer
from bot.slack.api.client import create_webhook, post_message
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.i18n.catalogue import get_texts
from bot.slack.people.access import AccessDirectory
from bot.slack.replies.answer_footer import AnswerFooter
from bot.slack.replies.messages import notification_from_markdown
from bot.slack.replies.paging import split_pages
from bot.slack.views.block_kit import Block, build_context_block, shorten_text
from bot.slack.views.markup import escape_label
from bot.slack.views.rich_text import build_rich_text_blocks
from knowledge.core.passages import FoundPassage
from knowledge.core.stored_record import StoredRecord
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.record_repository import MemoryRepository, Repository

log = logging.getLogger(__name__)
_DAY_SECONDS = 86_400.0
_EXCERPT_LENGTH = 400  # characters; the nearest passages are only named where nothing is found
_QUESTION_LENGTH = 300


@dataclass(frozen=True, slots=True)
class PrivateAnswer:
    """An answer that one person has seen. `ids` are the passages behind it; `rated` is the question's id in the log."""

    user: str
    question: str
    answer: Answer
    ids: frozenset[str] = frozenset()
    rated: str = ""

    @classmethod
    def private_from_answer(cls, user: str, question: str, answer: Answer, rated: str = "") -> PrivateAnswer:
        """The parts of an answer that sharing needs."""
        ids = {found.passage.id for found in answer.passages} | {cited.passage_id for cited in answer.citations}
        near = tuple(map(_trim_passage, answer.passages)) if answer.state == "not_found" else ()
        claims = tuple(replace(claim, text="") for claim in answer.claims if claim.backing == "weak")
        # Copies were found for the asker; others may not know them.
        cited = tuple(replace(one, copies=()) for one in answer.citations)
        shared = replace(answer, passages=near, citations=cited, claims=claims, timings={})
        return cls(user, question, shared, frozenset(ids), rated)


@dataclass(frozen=True, slots=True)
class SharedAnswerRecord(StoredRecord):
    """A private answer as it is stored: `private` stays as its writer wrote it, whichever version that was.

    `claim` names whoever shares it now; `at` is in seconds since the epoch. `origin` is that of its question.
    """

    name: str
    private: dict[str, Any]
    user: str
    claim: str
    at: float
    origin: str = ""


@dataclass(frozen=True, slots=True)
class SharedAnswerStore:
    """The private answers by name (a UUID). `days` is how long they are kept."""

    records: Repository[SharedAnswerRecord] | MemoryRepository[SharedAnswerRecord]
    days: float
    clock: Callable[[], float] = time.time

    @classmethod
    def open_answer_store(cls, client: QdrantClient, prefix: str, days: float) -> SharedAnswerStore:
        """Open the answers beside the index `prefix`."""
        return cls(
            Repository(client, f"{prefix}_private", SharedAnswerRecord) if days > 0 else MemoryRepository(), days
        )

    @property
    def is_durable(self) -> bool:
        """Whether answers outlast this process."""
        return self.days > 0

    def save_private_answer(self, name: str, private_answer: PrivateAnswer, origin: str = "") -> None:
        """Store an answer; `origin` is the id of the question below whose answer its own was asked."""
        kept = _answer_adapter().dump_python(private_answer, mode="json")
        record = SharedAnswerRecord(name, kept, private_answer.user, claim="", at=self.clock(), origin=origin)
        self.records.put_record(name, record)

    def claim_private_answer(self, name: str, user: str) -> PrivateAnswer | None:
        """Claim an answer of this person, once over all processes; None if it is gone. Release or drop it later."""
        record = self.records.get_record(name) if _is_name(name) else None
        if record is None or record.user != user or record.claim or record.at < self._oldest_allowed():
            return None
        claim = uuid.uuid4().hex
        self.records.replace_record(name, replace(record, claim=claim), claim="")
        claimed = self.records.get_record(name)
        if claimed is None or claimed.claim != claim:
            return None
        return _answer_from_record(record)

    def release_private_answer(self, name: str) -> None:
        """Let a claimed answer be claimed again; it is not kept longer for that."""
        if record := self.records.get_record(name):
            self.records.put_record(name, replace(record, claim=""))

    def drop_private_answer(self, name: str) -> None:
        """Delete a claimed answer."""
        self.records.delete_records([name])

    def drop_later_answers(self, question_id: str) -> None:
        """Delete the answers to what was asked below the answer to a question."""
        self.records.delete_records([record.name for record in self.records.find_records(origin=question_id)])

    def forget_old_answers(self) -> int:
        """Delete the answers that were kept long enough, and return how many."""
        old = [record.name for record in self.records.list_records() if record.at < self._oldest_allowed()]
        self.records.delete_records(old)
        return len(old)

    def _oldest_allowed(self) -> float:
        return self.clock() - (self.days or 1.0) * _DAY_SECONDS


def _answer_from_record(record: SharedAnswerRecord) -> PrivateAnswer | None:
    try:
        return _answer_adapter().validate_python(record.private)
    except ValidationError:
        log.warning("private answer unreadable: another version wrote it")
        return None


@cache
def _answer_adapter() -> TypeAdapter[PrivateAnswer]:
    return TypeAdapter(PrivateAnswer)


def _trim_passage(found: FoundPassage) -> FoundPassage:
    excerpt = found.passage.excerpt
    return replace(
        found,
        copies=(),
        passage=replace(found.passage, excerpt=replace(excerpt, text=shorten_text(excerpt.text, _EXCERPT_LENGTH))),
    )


def _is_name(name: str) -> bool:
    """Whether a name from outside is a UUID, as our buttons carry."""
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class ChannelSharing:
    """Decides whether a private answer may be shared in a channel, and posts it there."""

    client: AsyncWebClient
    access_directory: AccessDirectory
    passage_lookup: PassageLookup
    footer: AnswerFooter

    async def may_share_answer(self, private_answer: PrivateAnswer, channel: str) -> bool:
        """Whether everybody in a channel may know every passage that the answer was written from, as it is now."""
        granted = await self.access_directory.find_channel_audience(channel)
        known = await asyncio.to_thread(self.passage_lookup.get_known_passages, private_answer.ids, granted.audience)
        return known.keys() >= private_answer.ids

    async def post_shared_answer(self, private_answer: PrivateAnswer, channel: str, response_url: str) -> bool:
        """Post an answer that may be shared; whether Slack took all of it."""
        for text, blocks in await self._render_pages(private_answer, channel):
            if not (
                await _respond_in_channel(response_url, text, blocks)
                or await self._post_in_channel(channel, text, blocks)
            ):
                return False
        return True

    async def _render_pages(self, private_answer: PrivateAnswer, channel: str) -> list[tuple[str, list[Block]]]:
        answer = private_answer.answer
        readers = (await self.access_directory.find_channel_audience(channel)).audience
        question = escape_label(shorten_text(private_answer.question, _QUESTION_LENGTH))
        shared_by = get_texts(answer.language).shared_by.format(user=f"<@{private_answer.user}>", question=question)
        pages = [build_rich_text_blocks(piece.text) for piece in split_pages("", answer.text)] or [[]]
        pages[0].insert(0, build_context_block(shared_by))
        pages[-1] += await self.footer.build_footer(answer, readers, rated_question_id=private_answer.rated)
        return [(notification_from_markdown(question if n else answer.text), page) for n, page in enumerate(pages)]

    async def _post_in_channel(self, channel: str, text: str, blocks: Sequence[Block]) -> bool:
        try:
            await post_message(self.client, channel, text, blocks)
        except SLACK_ERRORS as error:
            log.info("not shared channel=%s error=%s", channel, get_error_code(error))
            return False
        return True


async def _respond_in_channel(response_url: str, text: str, blocks: Sequence[Block]) -> bool:
    """Post by the address that came with the button: it reaches channels that the bot is no member of."""
    try:
        sent = await create_webhook(response_url).send(
            text=text,
            blocks=list(blocks),
            response_type="in_channel",
            replace_original=False,
            unfurl_links=False,
            unfurl_media=False,
        )
    except (aiohttp.ClientError, TimeoutError) as error:
        log.info("response address unreachable error=%s", type(error).__name__)
        return False
    return sent.status_code == 200
