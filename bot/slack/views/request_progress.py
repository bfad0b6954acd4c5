"""The look of a request to the worker: its bar, its counts, what failed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.people.users import named
from bot.slack.views.block_kit import Block, packed, section, tail
from bot.slack.views.document_status import with_reason
from bot.slack.views.markup import label
from knowledge.storage.worker_requests import CONFIRM_DELETES, EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import Texts
    from knowledge.storage.held_deletions import Hold
    from knowledge.storage.worker_requests import Failure, Request

WORKER_SECONDS = 10.0  # after which a worker that is up has picked a request up
_CELLS = 20
_FAILURE_BLOCKS = 5
_FAILURES = 9_500  # of the 13,200 characters that all blocks of a message may hold
_SHOWN_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class View:
    """What the message about a request shows.

    `late` says that the worker should have picked it up by now; `hold` is what a confirmation that was carried out
    has left behind.
    """

    request: Request
    late: bool = False
    note: str | None = None
    hold: Hold | None = None


def progress(view: View, texts: Texts) -> list[Block]:
    """The message about a request."""
    request = view.request
    blocks = [section(f"*{heading(request, texts)}*\n{_state(view, texts)}")]
    if request.failed:
        lines = [_failure(failure, texts) for failure in request.failed]
        blocks.append(section(f"*{texts.reindex_failures}*"))
        blocks += packed(lines, texts.reindex_more, _FAILURE_BLOCKS, _FAILURES)
    return [*blocks, section(view.note)] if view.note else blocks


def under_way(requests: Iterable[Request], now: float, texts: Texts) -> list[Block]:
    """Requests that are not done, oldest first, on one page with other things."""
    lines = [
        f"*{heading(request, texts)}* ({named(request.by)})\n"
        f"{_state(View(request, late=request.state == 'waiting' and now - request.asked_at >= WORKER_SECONDS), texts)}"
        for request in requests
    ]
    more = [texts.more.format(n=len(lines) - _SHOWN_AT_ONCE)] if len(lines) > _SHOWN_AT_ONCE else []
    return [section(line) for line in (*lines[:_SHOWN_AT_ONCE], *more)]


def heading(request: Request, texts: Texts) -> str:
    """What was asked for."""
    if request.scope == CONFIRM_DELETES:
        return texts.admin.confirm_title
    if request.scope == EVERYTHING:
        return texts.reindex_title.format(scope=texts.reindex_everything)
    return texts.reindex_title.format(scope=label(tail(request.scope, 120)))


def bar(done: int, total: int) -> str:
    """A bar of text."""
    full = _CELLS * min(done, total) // total if total else 0
    return "█" * full + "░" * (_CELLS - full)


def _state(view: View, texts: Texts) -> str:
    request = view.request
    match request.state:
        case "waiting":
            return texts.reindex_worker_down if view.late else texts.reindex_waiting
        case "running":
            counts = [texts.reindex_running.format(done=request.done, total=request.total), *_pages(request, texts)]
            if request.failed:
                counts.append(texts.reindex_failed.format(failed=len(request.failed)))
            return _with_bar(request, " · ".join(counts))
        case "done" if request.scope == CONFIRM_DELETES:
            return _confirmed(view, texts)
        case "done" if request.total == 0:
            return texts.reindex_nothing.format(scope=f"`{label(tail(request.scope, 120))}`")
        case "done":
            failed_count = len(request.failed)
            read = request.done - failed_count
            ended = texts.reindex_done.format(done=read, total=request.total, failed=failed_count)
            return _with_bar(request, " · ".join([ended, *_pages(request, texts)]))


def _confirmed(view: View, texts: Texts) -> str:
    if view.hold:
        return texts.admin.confirm_waits if view.hold.confirmed_by else texts.admin.confirm_held
    removed = texts.admin.confirm_removed.format(done=view.request.done) if view.request.done else ""
    return f"{texts.admin.confirm_done} {removed}".rstrip()


def _pages(request: Request, texts: Texts) -> list[str]:
    return [texts.reindex_pages.format(pages=request.pages)] if request.pages else []


def _with_bar(request: Request, sentence: str) -> str:
    return f"`{bar(request.done, request.total)}` {sentence}"


def _failure(failure: Failure, texts: Texts) -> str:
    return f"• {with_reason(label(tail(failure.path, 120)), failure.path, failure.reason, texts)}"
