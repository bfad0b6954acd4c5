"""The steps of an answer as Slack shows them: what was done, what is being done, and the documents that were read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.answering.output_filter.titles import flatten_title
from bot.slack.views.block_kit import Block, DocumentLinks, shorten_text
from bot.slack.views.markup import escape_label, neutralize_plain_text
from knowledge.core.passages import FoundPassage

# A plan shows the steps together, in one block that people can fold.
DISPLAY_MODE = "plan"
# Refusals of the steps themselves: an answer can still be streamed without them.
STEPS_REFUSED = frozenset({"invalid_arg_name", "invalid_arguments", "invalid_chunks"})
_MOST_SOURCES = 5
_TITLE_LENGTH = 150
_URL_LENGTH = 1_000
_ELLIPSIS = "…"
STEP_SECONDS = 1.5  # what ends sooner is no step that anybody reads


@dataclass(frozen=True, slots=True)
class StepSource:
    """A document that was read; `url` is where people can open it, if there is such a place."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyStep:
    """One step. One that `is_over` when it is told goes on no more; one that `gives_way` is replaced by the next."""

    words: str
    sources: tuple[StepSource, ...] = ()
    is_over: bool = False
    gives_way: bool = False


class StepList:
    """The steps of one message, and which of them Slack has not been told yet."""

    def __init__(self) -> None:
        self._steps: list[ReplyStep] = []
        self._told: list[Block] = []
        self._told_title = ""

    def add_step(self, step: ReplyStep) -> None:
        """Begin a step: the one before is over, or gives way."""
        if self._steps and (self._steps[-1].gives_way or self._steps[-1].words == step.words):
            self._steps[-1] = step
        else:
            self._steps.append(step)

    def take_changes(self, *, is_end: bool = False) -> list[Block]:
        """The chunks that tell Slack what is new; at the end, every step is over."""
        tasks = [self._build_task(n, is_end=is_end) for n in range(len(self._steps))]
        changed = [task for n, task in enumerate(tasks) if task not in self._told[n : n + 1]]
        title = self._choose_title(is_end=is_end)
        named: list[Block] = [{"type": "plan_update", "title": title}] if title != self._told_title else []
        self._told, self._told_title = tasks, title
        return [*named, *changed]

    def _choose_title(self, *, is_end: bool) -> str:
        """The plan's title: what is being done; at the end, what was read."""
        if not self._steps:
            return ""
        read = [step for step in self._steps if step.sources]
        return (read[-1] if is_end and read else self._steps[-1]).words

    def _build_task(self, n: int, *, is_end: bool) -> Block:
        step = self._steps[n]
        is_over = is_end or step.is_over or n < len(self._steps) - 1
        title = step.words.removesuffix(_ELLIPSIS) if is_over else step.words
        task: Block = {"type": "task_update", "id": f"step{n + 1}", "title": title}
        return {**task, "status": "complete" if is_over else "in_progress", **_build_sources(step.sources)}


def _build_sources(sources: Sequence[StepSource]) -> Block:
    """Documents with an address as sources, which Slack links; the others by name."""
    linked = [{"type": "url", "url": one.url, "text": one.title} for one in sources if one.url]
    named = [one.title for one in sources if not one.url]
    return {**({"sources": linked} if linked else {}), **({"output": ", ".join(named)} if named else {})}


def list_step_sources(found: Sequence[FoundPassage], links: DocumentLinks) -> tuple[StepSource, ...]:
    """The first documents of which passages were found, best first."""
    first: dict[str, FoundPassage] = {}
    for one in found:
        first.setdefault(one.passage.document_id, one)
    return tuple(_build_source(one, links) for one in list(first.values())[:_MOST_SOURCES])


def _build_source(found: FoundPassage, links: DocumentLinks) -> StepSource:
    passage = found.passage
    flat = neutralize_plain_text(flatten_title(passage.title or passage.path))
    title = escape_label(shorten_text(flat, _TITLE_LENGTH))
    url = links.build_document_url(passage.path, passage.excerpt.link_page)
    return StepSource(title, url if url and len(url) <= _URL_LENGTH else None)


class ProgressStep:
    """The next step to show. `show` is called once at a time."""

    def __init__(self, show: Callable[[], Awaitable[None]]) -> None:
        self._show = show
        self._plan: asyncio.Task[None] | None = None
        self._is_showing = False

    async def plan_step(self, seconds: float) -> None:
        """Show what is done after so many seconds, in place of what was planned before."""
        await self.end_steps()
        self._plan = asyncio.create_task(self._show_later(seconds))
        # Where nobody asks for the end of the steps any more, asyncio would complain of a failure.
        self._plan.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def end_steps(self) -> None:
        """Plan no more, and wait for a step that is being shown: the next words come after it."""
        plan, self._plan = self._plan, None
        if plan is None:
            return
        if not self._is_showing:
            plan.cancel()
        await asyncio.wait([plan])
        if not plan.cancelled():
            plan.result()

    async def _show_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._is_showing = True
        try:
            await self._show()
        finally:
            self._is_showing = False
