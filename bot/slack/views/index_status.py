"""Renders the state of the index for Home: a new version in preparation, an embedded index that is slow. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import (
    Block,
    build_context_block,
    build_header_block,
    build_section_block,
    format_datetime,
    shorten_path,
)
from bot.slack.views.markup import escape_label
from bot.slack.views.request_progress import render_progress_bar
from knowledge.storage.client import EMBEDDED_PASSAGES_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.slack.i18n.texts import InterfaceTexts
    from knowledge.storage.index_versions import IndexVersion, QualityGateResult, RolloutState

_NAME_LENGTH = 100


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
