"""Runs ask, search, compare, eval, audit, gaps and bindings on a terminal, and prints their results."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime

from qdrant_client import QdrantClient

from bot.answering.model import open_chat_model
from bot.answering.pipeline import AnswerPipeline
from bot.answering.tracing import open_tracing
from bot.cli.printed_answers import (
    answer_json,
    format_location,
    print_bare_answer,
    print_json,
    print_sources,
    print_streamed_answer,
)
from bot.insights.answer_scoring import ask_evaluation_questions, build_score_report, render_score_report, score_answer
from bot.insights.content_gaps import GAP_DAYS, ContentGap, GapKind, find_content_gaps
from bot.settings import BotSettings
from knowledge.core.access import Audience, fold_slack_name
from knowledge.core.failures import ModelUnavailable, SouffleurError
from knowledge.core.passages import FoundPassage, Passage, format_page_range
from knowledge.core.stored_record import known_fields
from knowledge.core.text import mask_control_characters
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.evaluation import EvaluationReport, evaluate_search
from knowledge.retrieval.evaluation_questions import EvaluationQuestion, load_evaluation_questions
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.runtime.rich_output import is_terminal, print_markdown, print_table, print_text
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.bot_key import build_bot_access, create_bot_collections, sign_access_token
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.name_bindings import BindingState, NameBindings
from knowledge.storage.question_log import QuestionLog
from knowledge.storage.votes import VoteStore

_BINDING_STYLES = {"confirmed": "green", "provisional": "yellow", "undone": "red"}
_NOTHING_INDEXED = "Nothing is indexed yet: drop documents into the watched folder and run `python -m ingestion scan`."


def run_ask_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Answers one question, streamed; with `--bare` by the model alone."""
    pipeline, client = open_pipeline_and_client(settings)
    with closing(client):
        if arguments.bare:
            return asyncio.run(print_bare_answer(pipeline, arguments.question, as_json=arguments.json))
        answer = asyncio.run(print_streamed_answer(pipeline, arguments.question, live=not arguments.json))
    if arguments.json:
        print_json(answer_json(answer))
    else:
        print_sources(answer)
    return 0


def run_search_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Shows the passages nearest to a question."""
    client = open_qdrant(settings)
    search = _open_search(settings, client)
    with closing(client):
        results = search.search_passages(arguments.question, Audience.everyone(), arguments.k)
        empty = not results.found and not search.has_indexed_passages()
    if empty:
        print(_NOTHING_INDEXED, file=sys.stderr)
    elif results.degraded:
        print(f"By words only: {results.degraded}", file=sys.stderr)
    if arguments.json:
        print_json([_found_passage_json(rank, one) for rank, one in enumerate(results.found, 1)])
    else:
        for rank, one in enumerate(results.found, 1):
            _print_found_passage(rank, one)
    return 0


def _print_found_passage(rank: int, found: FoundPassage) -> None:
    place = f"{rank}. {_format_passage_place(found.passage)} (score {found.score:.3f})"
    copies = [f"   also in {_format_passage_place(copy)}" for copy in found.copies]
    text = mask_control_characters(found.passage.excerpt.text)
    if is_terminal():
        print_text(place, "bold cyan")
        for copy in copies:
            print_text(copy, "dim")
        print_text(f"{text}\n", indent=3)
    else:
        print(place, *copies, f"{text}\n", sep="\n")


def run_audit_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Shows what administrators did, and what others tried, newest first."""
    with closing(open_qdrant(settings)) as client:
        entries = AuditLog(client, settings.collection, settings.audit_days).list_audit_entries()
    if arguments.json:
        print_json([asdict(entry, dict_factory=known_fields) for entry in entries])
    elif not entries:
        print("Nothing yet: no administrator has done anything, and nobody else has tried.", file=sys.stderr)
    else:
        rows = [(_format_time(one.at), one.who, one.what, one.outcome, one.subject) for one in entries]
        if is_terminal():
            print_table(("when", "who", "what", "outcome", "of what"), rows)
        else:
            for when, who, what, outcome, subject in rows:
                print(f"{when}  {who:<12} {what:<16} {outcome:<8} {subject}".rstrip())
    return 0


def _format_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def run_bindings_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Shows which channel or person each folder's name means; confirms or undoes one, which the audit log records."""
    with closing(open_qdrant(settings)) as client:
        bindings = NameBindings(client, settings.collection)
        audit = AuditLog(client, settings.collection, settings.audit_days)
        if arguments.undo:
            _set_binding_state(bindings, audit, arguments.undo, "undone")
        if arguments.confirm:
            _set_binding_state(bindings, audit, arguments.confirm, "confirmed")
        known = bindings.list_bindings()
    if arguments.json:
        print_json([asdict(binding, dict_factory=known_fields) for binding in known])
    elif not known:
        print("No folder has the name of a channel or person yet.", file=sys.stderr)
    elif is_terminal():
        rows = [(binding.state, binding.name, binding.id) for binding in known]
        print_table(("state", "name", "channel or person"), rows, _BINDING_STYLES)
    else:
        for binding in known:
            print(mask_control_characters(f"{binding.name:<24} {binding.id:<12} {binding.state}"))
    return 0


def _set_binding_state(bindings: NameBindings, audit: AuditLog, name: str, state: BindingState) -> None:
    entry = audit.begin_audit_entry("the command line", "bindings", "begun")
    folded = name[:1] + fold_slack_name(name[1:])
    changed = bindings.set_binding_state(folded, state)
    if changed is None:
        audit.close_audit_entry(entry, "nothing")
        raise SouffleurError(f"No folder's name {name} is bound, or it is {state} already: `python -m bot bindings`.")
    audit.close_audit_entry(entry, "done", f"{state} id={changed.id}")


def run_qdrant_key_command(settings: BotSettings, _: argparse.Namespace) -> int:
    """Makes the bot's own collections, and prints a key for it; QDRANT_API_KEY must be the server's."""
    if settings.qdrant_url is None or settings.qdrant_api_key is None:
        raise SouffleurError(
            "Set QDRANT_URL and QDRANT_API_KEY to the server and its own key: the bot's is made from it."
        )
    server_key = settings.qdrant_api_key.get_secret_value()
    if server_key.startswith("eyJ") and server_key.count(".") == 2:
        raise SouffleurError("QDRANT_API_KEY is a bot's key: set it to the server's own, which signs such keys.")
    with closing(open_qdrant(settings)) as client:
        create_bot_collections(client, settings.collection)
    print(sign_access_token(server_key, build_bot_access(settings.collection)))
    return 0


def run_compare_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Shows the bare model's answer beside the one from the documents; without a model, it says so."""
    pipeline, client = open_pipeline_and_client(settings)
    with closing(client):
        _print_heading(f"{settings.chat_model} alone")
        try:
            asyncio.run(print_bare_answer(pipeline, arguments.question, as_json=False))
        except ModelUnavailable as error:
            print(f"(Here the model's own answer would stand, from what it was trained on. {error})")
        print()
        _print_heading(f"{settings.chat_model} with your documents")
        print_sources(asyncio.run(print_streamed_answer(pipeline, arguments.question, live=True)))
    return 0


def _print_heading(heading: str) -> None:
    if is_terminal():
        print_text(f"{heading}\n", "bold underline")
    else:
        print(f"# {heading}\n")


def run_eval_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Measures retrieval on a file of questions, or with `--answers` the model's answers."""
    questions = load_evaluation_questions(arguments.questions)
    if arguments.answers:
        return _run_answer_scoring(settings, questions, as_json=arguments.json)
    with closing(open_qdrant(settings)) as client:
        search = _open_search(settings, client)
        known = PassageLookup(client, settings.collection).iterate_passages(Audience.everyone())
        measured = evaluate_search(search, questions, known)
        if not measured.has_results and not search.has_indexed_passages():
            raise SouffleurError(_NOTHING_INDEXED)
    report = measured.metrics
    print(_describe_search_mode(measured), file=sys.stderr)
    if arguments.json:
        print_json(report)
    else:
        _print_scores({"all": report["all"], **report["by_language"], **report["by_kind"]})
        print("latency p50 {p50} ms, p95 {p95} ms".format(**report["latency_ms"]))
        if "floor" in report:
            print(
                "below the relevance floor: {refused_answerable:.3f} of the questions with an answer, "
                "{refused_unanswerable:.3f} of those without one; AUROC {auroc:.3f}".format(**report["floor"])
            )
    return 0


def _print_scores(scores: Mapping[str, Mapping[str, float]]) -> None:
    """One row for each group of questions, one column for each score."""
    if is_terminal():
        rows = [(name, *(f"{value:.3f}" for value in one.values())) for name, one in scores.items()]
        print_table(("questions", *scores["all"]), rows)
    else:
        wide = max(map(len, scores))
        for name, one in scores.items():
            print(f"{name:<{wide}}  " + "  ".join(f"{key} {value:.3f}" for key, value in one.items()))


def _run_answer_scoring(settings: BotSettings, questions: Sequence[EvaluationQuestion], *, as_json: bool) -> int:
    """Scores the model's answers."""
    pipeline, client = open_pipeline_and_client(settings)
    with closing(client):
        if not _open_search(settings, client).has_indexed_passages():
            raise SouffleurError(_NOTHING_INDEXED)
        answered = asyncio.run(ask_evaluation_questions(questions, pipeline))
    figures = build_score_report([(asked, score_answer(asked, answer)) for asked, answer in answered])
    if as_json:
        print_json({"model": settings.chat_model, **figures})
    else:
        (print_markdown if is_terminal() else print)(render_score_report(figures, settings.chat_model))
    return 0


def _describe_search_mode(measured: EvaluationReport) -> str:
    many = len(measured.degraded_reasons)
    if not many:
        return "By words and meaning."
    some = "" if many == measured.question_count else f" for {many} of {measured.question_count} questions"
    return f"By words only{some}: {measured.degraded_reasons[0]}"


def run_gaps_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Prints the questions without an answer, or with a disliked one, most asked first."""
    with closing(open_qdrant(settings)) as client:
        question_log = QuestionLog.open_question_log(client, settings.collection, is_single_process=False)
        found = find_content_gaps(
            question_log, VoteStore.open_vote_store(client, settings.collection, settings.feedback_days)
        )
        asked = bool(found) or question_log.has_questions()
    if arguments.json:
        print_json([asdict(gap) for gap in found])
        return 0
    if not asked:
        print("Nothing was asked in Slack yet: questions on the terminal are not kept.")
    elif not found:
        print(f"Nothing is missing: every question of the last {GAP_DAYS} days that counts here was answered.")
    for gap in found:
        question, *details = _describe_gap(gap)
        if is_terminal():
            print_text(question, "bold")
            for detail in details:
                print_text(detail)
        else:
            print(question, *details, sep="\n")
    return 0


def _describe_gap(gap: ContentGap) -> Iterator[str]:
    yield mask_control_characters(gap.question)
    yield f"  times asked: {gap.times}, people: {gap.people}; {_format_counts(gap.kinds)}"
    if gap.nearest:
        yield f"  nearest: {gap.nearest.path}" + (f", p. {gap.nearest.page}" if gap.nearest.page else "")
    if gap.reasons:
        yield f"  said: {_format_counts(gap.reasons)}"
    for remark in gap.remarks:
        yield f"  “{mask_control_characters(' '.join(remark.split()))}”"


def _format_counts(counts: Mapping[GapKind, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def open_pipeline_and_client(settings: BotSettings) -> tuple[AnswerPipeline, QdrantClient]:
    """Opens the answer pipeline, and the Qdrant client that it uses. Nothing is asked yet."""
    client = open_qdrant(settings)
    return build_answer_pipeline(settings, client), client


def build_answer_pipeline(settings: BotSettings, client: QdrantClient) -> AnswerPipeline:
    """The pipeline over the index. Nothing is asked yet."""
    documents = ServedDocuments(IndexVersions(client, settings.collection))
    traces = open_tracing(settings.otel_exporter_otlp_endpoint)
    return AnswerPipeline(settings, _open_search(settings, client), open_chat_model(settings), documents, traces)


def _open_search(settings: BotSettings, client: QdrantClient) -> PassageSearch:
    return PassageSearch(client, settings.collection, EmbeddingModel(settings))


def _found_passage_json(rank: int, found: FoundPassage) -> dict[str, object]:
    passage = found.passage
    return {
        "rank": rank,
        "score": round(found.score, 4),
        "document": passage.path,
        "title": passage.title,
        "page": passage.excerpt.page,
        "section": " › ".join(passage.excerpt.section),
        "text": passage.excerpt.text,
        "copies": [copy.path for copy in found.copies],
    }


def _format_passage_place(passage: Passage) -> str:
    pages = format_page_range(passage.excerpt.page, passage.excerpt.last_page)
    return format_location(passage.path, pages, passage.excerpt.section)


COMMANDS = {
    "ask": run_ask_command,
    "search": run_search_command,
    "compare": run_compare_command,
    "eval": run_eval_command,
    "audit": run_audit_command,
    "gaps": run_gaps_command,
    "bindings": run_bindings_command,
    "qdrant-key": run_qdrant_key_command,
}
