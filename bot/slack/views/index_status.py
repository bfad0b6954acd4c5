"""The look of the index in App Home: another one that is on its way, and an embedded one that has become slow. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.block_kit import Block, context, header, moment, section, tail
from bot.slack.views.markup import label
from bot.slack.views.request_progress import bar
from knowledge.storage.client import EMBEDDED_PASSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.slack.i18n.texts import Texts
    from knowledge.storage.index_versions import Build, Switch, Verdict

_NAME = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of the index: how far the next is, which are kept, and whether no server holds it."""

    switch: Switch | None = None
    kept: tuple[Build, ...] = ()
    embedded: bool = False


def index(shown: Shown, passages: int, texts: Texts, *, admin: bool) -> list[Block]:
    """What a person sees of it, if anything: one line; admins see how far it is and what they can do."""
    if not admin:
        return [context(texts.admin.index_prepared)] if shown.switch else []
    blocks = [header(texts.admin.index_title), section("\n".join(_next(shown.switch, texts)))] if shown.switch else []
    if shown.kept:
        retired = (build.retired_at for build in shown.kept)
        lines = [texts.admin.index_kept.format(since=moment(since)) for since in retired if since is not None]
        blocks.append(context("\n".join(lines[-2:])))
    if shown.embedded and passages > EMBEDDED_PASSAGES:
        blocks.append(section(texts.admin.index_embedded.format(passages=passages, limit=EMBEDDED_PASSAGES)))
    return blocks


def _next(switch: Switch, texts: Texts) -> Iterator[str]:
    since = texts.admin.index_since.format(since=moment(switch.next.began_at)) if switch.next.began_at else ""
    changes = [*_changes(switch.serving, switch.next, texts)]
    yield " · ".join(filter(None, (*changes, since)))
    done = texts.reindex_running.format(done=switch.done, total=switch.total)
    yield f"`{bar(switch.done, switch.total)}` {done}"
    yield _waits(switch, texts)
    yield texts.admin.index_stays


def _changes(serving: Build, coming: Build, texts: Texts) -> Iterator[str]:
    if serving.recipe is None or coming.recipe is None:
        return
    kinds = (
        (texts.admin.index_model, serving.recipe.model, coming.recipe.model),
        (texts.admin.index_reading, serving.recipe.pipeline, coming.recipe.pipeline),
        (texts.admin.index_words, serving.recipe.words, coming.recipe.words),
    )
    for name, before, after in kinds:
        if before != after:
            yield f"*{name}* {label(tail(before, _NAME))} → {label(tail(after, _NAME))}"


def _waits(switch: Switch, texts: Texts) -> str:
    verdict = switch.next.verdict
    match switch.waits:
        case "refused" if verdict:
            return f"*{texts.admin.index_refused}*\n{_scores(verdict)}\n{texts.admin.index_remedy}"
        case "documents":
            path = label(tail(switch.unread[0], _NAME))
            return texts.admin.index_documents.format(count=len(switch.unread), path=path)
        case "meaning":
            return texts.admin.index_meaning
        case _:
            return texts.admin.index_gate


def _scores(verdict: Verdict) -> str:
    return " · ".join(f"{name} {verdict.serving[name]:.3f} → {verdict.next[name]:.3f}" for name in verdict.watched)
