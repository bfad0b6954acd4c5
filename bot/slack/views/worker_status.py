"""Renders what the worker does, for Home and the message about a request. Pure.

A request has a bar, counts, and what failed; the index, a new version in preparation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.views.block_kit import (
    Block,
    build_context_block,
    build_header_block,
    build_section_block,
    format_datetime,
    pack_lines,
    shorten_path,
)
from bot.slack.views.documents import append_failure, render_unsupported
from bot.slack.views.markup import escape_label, format_user
from knowledge.core.failures import is_unsupported
from knowledge.storage.client import EMBEDDED_PASSAGES_LIMIT
from knowledge.storage.index_versions import IndexVersion, QualityGateResult, RolloutState
from knowledge.storage.worker_requests import SCOPE_ALL, SCOPE_CONFIRM_DELETES, DeletionHold, FileFailure, WorkerRequest

WORKER_SECONDS = 10.0  # a running worker takes a request within this time
_BAR_CELLS = 20
_ALL_READ, _SOME_FAILED = ":white_check_mark:", ":warning:"  # in place of the bar, which Slack draws in red
_MAX_FAILURE_BLOCKS = 5
_MAX_FAILURE_CHARACTERS = 9_500  # of the 13,200 characters that all blocks of a message may hold
_MAX_REQUESTS = 5
_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class RequestProgressView:
    """The state of a request that its message shows; `hold` is what is still held after a confirmation."""

    request: WorkerRequest
    is_late: bool = False
    note: str | None = None
    hold: DeletionHold | None = None


def render_request_progress(view: RequestProgressView, texts: InterfaceTexts) -> list[Block]:
    """Renders the message about a request."""
    request = view.request
    blocks = [build_section_block(f"*{render_request_title(request, texts)}*\n{_render_state(view, texts)}")]
    if request.failed:
        lines = [_render_failure(failure, texts) for failure in request.failed if not is_unsupported(failure.failure)]
        lines += render_unsupported((failure.failure for failure in request.failed), texts)
        blocks.append(build_section_block(f"*{texts.reindex_failures}*"))
        blocks += pack_lines(lines, texts.reindex_more, _MAX_FAILURE_BLOCKS, _MAX_FAILURE_CHARACTERS)
    return [*blocks, build_section_block(view.note)] if view.note else blocks


def render_open_requests(requests: Iterable[WorkerRequest], now: float, texts: InterfaceTexts) -> list[Block]:
    """Renders the requests that are not done, oldest first, for Home."""
    lines = [_render_open_request(request, now, texts) for request in requests]
    more = [texts.more.format(n=len(lines) - _MAX_REQUESTS)] if len(lines) > _MAX_REQUESTS else []
    return [build_section_block(line) for line in (*lines[:_MAX_REQUESTS], *more)]


def _render_open_request(request: WorkerRequest, now: float, texts: InterfaceTexts) -> str:
    is_late = request.state == "waiting" and now - request.asked_at >= WORKER_SECONDS
    state = _render_state(RequestProgressView(request, is_late=is_late), texts)
    return f"*{render_request_title(request, texts)}* ({format_user(request.by)})\n{state}"


def render_request_title(request: WorkerRequest, texts: InterfaceTexts) -> str:
    """Renders the title of a request."""
    if request.scope == SCOPE_CONFIRM_DELETES:
        return texts.confirm_title
    if request.scope == SCOPE_ALL:
        return texts.reindex_title.format(scope=texts.reindex_everything)
    return texts.reindex_title.format(scope=escape_label(shorten_path(request.scope, 120)))


def render_progress_bar(done: int, total: int) -> str:
    """Renders a bar of text."""
    full = _BAR_CELLS * min(done, total) // total if total else 0
    return "█" * full + "░" * (_BAR_CELLS - full)


def _render_state(view: RequestProgressView, texts: InterfaceTexts) -> str:
    request = view.request
    match request.state:
        case "waiting":
            return texts.reindex_worker_down if view.is_late else texts.reindex_waiting
        case "running":
            counts = [
                texts.reindex_running.format(done=request.done, total=request.total),
                *_render_page_count(request, texts),
            ]
            if request.failed:
                counts.append(texts.reindex_failed.format(failed=len(request.failed)))
            return _prepend_bar(request, " · ".join(counts))
        case "done" if request.scope == SCOPE_CONFIRM_DELETES:
            return _render_confirmation(view, texts)
        case "done" if request.total == 0:
            return texts.reindex_nothing.format(scope=f"`{escape_label(shorten_path(request.scope, 120))}`")
        case "done":
            failed_count = len(request.failed)
            read = request.done - failed_count
            ended = texts.reindex_done.format(done=read, total=request.total, failed=failed_count)
            mark = _SOME_FAILED if failed_count else _ALL_READ
            return f"{mark} {' · '.join([ended, *_render_page_count(request, texts)])}"


def _render_confirmation(view: RequestProgressView, texts: InterfaceTexts) -> str:
    if view.hold:
        return texts.confirm_waits if view.hold.confirmed_by else texts.confirm_held
    removed = texts.confirm_removed.format(done=view.request.done) if view.request.done else ""
    return f"{texts.confirm_done} {removed}".rstrip()


def _render_page_count(request: WorkerRequest, texts: InterfaceTexts) -> list[str]:
    return [texts.reindex_pages.format(pages=request.pages)] if request.pages else []


def _prepend_bar(request: WorkerRequest, sentence: str) -> str:
    return f"`{render_progress_bar(request.done, request.total)}` {sentence}"


def _render_failure(failure: FileFailure, texts: InterfaceTexts) -> str:
    return f"• {append_failure(escape_label(shorten_path(failure.path, 120)), failure.path, failure.failure, texts)}"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of the index: the rollout, the kept versions, and whether it is embedded."""

    rollout: RolloutState | None = None
    kept_versions: tuple[IndexVersion, ...] = ()
    is_embedded: bool = False


def render_index_status(status: IndexStatus, passages: int, texts: InterfaceTexts, *, admin: bool) -> list[Block]:
    """Renders one line for people; administrators see the progress and what they can do."""
    if not admin:
        return [build_context_block(texts.index_prepared)] if status.rollout else []
    blocks = (
        [
            build_header_block(texts.index_title),
            build_section_block("\n".join(_render_next_version(status.rollout, texts))),
        ]
        if status.rollout
        else []
    )
    if status.kept_versions:
        retired = (build.retired_at for build in status.kept_versions)
        lines = [texts.index_kept.format(since=format_datetime(since)) for since in retired if since is not None]
        blocks.append(build_context_block("\n".join(lines[-2:])))
    if status.is_embedded and passages > EMBEDDED_PASSAGES_LIMIT:
        blocks.append(
            build_section_block(texts.index_embedded.format(passages=passages, limit=EMBEDDED_PASSAGES_LIMIT))
        )
    return blocks


def _render_next_version(rollout: RolloutState, texts: InterfaceTexts) -> Iterator[str]:
    since = (
        texts.index_since.format(since=format_datetime(rollout.next_version.began_at))
        if rollout.next_version.began_at
        else ""
    )
    changes = [*_render_recipe_changes(rollout.serving_version, rollout.next_version, texts)]
    yield " · ".join(filter(None, (*changes, since)))
    done = texts.reindex_running.format(done=rollout.ready_documents, total=rollout.total_documents)
    yield f"`{render_progress_bar(rollout.ready_documents, rollout.total_documents)}` {done}"
    yield _explain_wait(rollout, texts)
    yield texts.index_stays


def _render_recipe_changes(serving: IndexVersion, coming: IndexVersion, texts: InterfaceTexts) -> Iterator[str]:
    if serving.recipe is None or coming.recipe is None:
        return
    kinds = (
        (texts.index_model, serving.recipe.model_label, coming.recipe.model_label),
        (texts.index_reading, serving.recipe.pipeline, coming.recipe.pipeline),
        (texts.index_words, serving.recipe.words, coming.recipe.words),
    )
    for name, before, after in kinds:
        if before != after:
            old, new = (escape_label(shorten_path(one, _NAME_LENGTH)) for one in (before, after))
            yield f"*{name}* {old} → {new}"


def _explain_wait(rollout: RolloutState, texts: InterfaceTexts) -> str:
    verdict = rollout.next_version.verdict
    match rollout.waiting_for:
        case "refused" if verdict:
            return f"*{texts.index_refused}*\n{_render_scores(verdict)}\n{texts.index_remedy}"
        case "documents":
            path = escape_label(shorten_path(rollout.unread_paths[0], _NAME_LENGTH))
            return texts.index_documents.format(count=len(rollout.unread_paths), path=path)
        case "meaning":
            return texts.index_meaning
        case _:
            return texts.index_gate


def _render_scores(verdict: QualityGateResult) -> str:
    return " · ".join(
        f"{name} {verdict.serving[name]:.3f} → {verdict.next[name]:.3f}" for name in verdict.compared_metrics
    )
