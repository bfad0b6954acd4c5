"""Runs ask, search, compare, eval, audit, gaps and bindings on a terminal, and prints their results."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime

from qdrant_client import QdrantClient

from bot.answering.answer import Answer, AnswerText
from bot.answering.model import open_chat_model
from bot.answering.pipeline import AnswerPipeline
from bot.answering.question import Question
from bot.answering.tracing import open_tracing
from bot.insights.answer_scoring import ask_evaluation_questions, build_score_report, render_score_report, score_answer
from bot.insights.content_gaps import GAP_DAYS, GapKind, find_content_gaps
from bot.settings import BotSettings
from knowledge.core.access import Audience, fold_slack_name
from knowledge.core.failures import ModelUnavailable, SouffleurError
from knowledge.core.passages import Citation, FoundPassage, Passage, format_page_range
from knowledge.core.stored_record import known_fields
from knowledge.core.text import mask_control_characters
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.evaluation import EvaluationReport, evaluate_search
from knowledge.retrieval.evaluation_questions import EvaluationQuestion, load_evaluation_questions
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.bot_key import build_bot_access, create_bot_collections, sign_access_token
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.name_bindings import BindingState, NameBindings
from knowledge.storage.question_log import QuestionLog
from knowledge.storage.votes import VoteStore

_MAX_NEAREST = 2  # titles that are named where nothing is found
_NOTHING_INDEXED = "Nothing is indexed yet: drop documents into the watched folder and run `python -m ingestion scan`."


def run_ask_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Answers one question, streamed; with `--bare` by the model alone."""
    pipeline, client = open_pipeline_and_client(settings)
    with closing(client):
        if arguments.bare:
            return asyncio.run(_print_bare_answer(pipeline, arguments.question, as_json=arguments.json))
        answer = asyncio.run(_print_streamed_answer(pipeline, arguments.question, live=not arguments.json))
    if arguments.json:
        _print_json(_answer_json(answer))
    else:
        _print_sources(answer)
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
        _print_json([_found_passage_json(rank, one) for rank, one in enumerate(results.found, 1)])
    else:
        for rank, one in enumerate(results.found, 1):
            print(f"{rank}. {_format_passage_place(one.passage)} (score {one.score:.3f})")
            for copy in one.copies:
                print(f"   also in {_format_passage_place(copy)}")
            print(f"{mask_control_characters(one.passage.excerpt.text)}\n")
    return 0


def run_audit_command(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Shows what administrators did, and what others tried, newest first."""
    with closing(open_qdrant(settings)) as client:
        entries = AuditLog(client, settings.collection, settings.audit_days).list_audit_entries()
    if arguments.json:
        _print_json([asdict(entry, dict_factory=known_fields) for entry in entries])
    elif not entries:
        print("Nothing yet: no administrator has done anything, and nobody else has tried.", file=sys.stderr)
    else:
        for entry in entries:
            when = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            print(f"{when}  {entry.who:<12} {entry.what:<16} {entry.outcome:<8} {entry.subject}".rstrip())
    return 0


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
        _print_json([asdict(binding, dict_factory=known_fields) for binding in known])
    elif not known:
        print("No folder has the name of a channel or person yet.", file=sys.stderr)
    for binding in () if arguments.json else known:
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
        print(f"# {settings.chat_model} alone\n")
        try:
            asyncio.run(_print_bare_answer(pipeline, arguments.question, as_json=False))
        except ModelUnavailable as error:
            print(f"(Here the model's own answer would stand, from what it was trained on. {error})")
        print(f"\n# {settings.chat_model} with your documents\n")
        _print_sources(asyncio.run(_print_streamed_answer(pipeline, arguments.question, live=True)))
    return 0


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
        _print_json(report)
    else:
        rows = {"all": report["all"], **report["by_language"], **report["by_kind"]}
        wide = max(map(len, rows))
        for name, scores in rows.items():
            print(f"{name:<{wide}}  " + "  ".join(f"{key} {value:.3f}" for key, value in scores.items()))
        print("latency p50 {p50} ms, p95 {p95} ms".format(**report["latency_ms"]))
        if "floor" in report:
            print(
                "below the relevance floor: {refused_answerable:.3f} of the questions with an answer, "
                "{refused_unanswerable:.3f} of those without one; AUROC {auroc:.3f}".format(**report["floor"])
            )
    return 0


def _run_answer_scoring(settings: BotSettings, questions: Sequence[EvaluationQuestion], *, as_json: bool) -> int:
    """Scores the model's answers."""
    pipeline, client = open_pipeline_and_client(settings)
    with closing(client):
        if not _open_search(settings, client).has_indexed_passages():
            raise SouffleurError(_NOTHING_INDEXED)
        answered = asyncio.run(ask_evaluation_questions(questions, pipeline))
    figures = build_score_report([(asked, score_answer(asked, answer)) for asked, answer in answered])
    if as_json:
        _print_json({"model": settings.chat_model, **figures})
    else:
        print(render_score_report(figures, settings.chat_model))
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
        _print_json([asdict(gap) for gap in found])
        return 0
    if not asked:
        print("Nothing was asked in Slack yet: questions on the terminal are not kept.")
    elif not found:
        print(f"Nothing is missing: every question of the last {GAP_DAYS} days that counts here was answered.")
    for gap in found:
        print(
            f"{mask_control_characters(gap.question)}\n"
            f"  times asked: {gap.times}, people: {gap.people}; {_format_counts(gap.kinds)}"
        )
        if gap.nearest:
            print(f"  nearest: {gap.nearest.path}" + (f", p. {gap.nearest.page}" if gap.nearest.page else ""))
        if gap.reasons:
            print(f"  said: {_format_counts(gap.reasons)}")
        for remark in gap.remarks:
            print(f"  “{mask_control_characters(' '.join(remark.split()))}”")
    return 0


def _format_counts(counts: Mapping[GapKind, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


async def _print_streamed_answer(pipeline: AnswerPipeline, text: str, *, live: bool) -> Answer:
    question = Question(text, Audience.everyone())
    silent = True
    async for event in pipeline.answer_question(question):
        if isinstance(event, AnswerText) and live:
            silent = False
            print(mask_control_characters(event.text), end="", flush=True)
        if isinstance(event, Answer):
            answer = event
    if live and silent:
        print(mask_control_characters(answer.text), end="")
    return answer


async def _print_bare_answer(pipeline: AnswerPipeline, text: str, *, as_json: bool) -> int:
    words = []
    async for piece in pipeline.answer_without_documents(text):
        words.append(piece.text)
        if not as_json:
            print(mask_control_characters(piece.text), end="", flush=True)
    if as_json:
        _print_json({"answer": "".join(words)})
    else:
        print()
    return 0


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


def _print_sources(answer: Answer) -> None:
    print("\n")
    for notice in answer.notices:
        print(f"({notice})")
    for citation in answer.citations:
        weak = (
            " (to be checked: what is stated is not found there)" if citation.n in answer.unsupported_citations else ""
        )
        print(f"[{citation.n}] {_format_citation(citation)}{weak}")
        for path in citation.copies:
            print(f"    also in {path}")
    if answer.citations and answer.uncited:
        print(f"Sentences without a source: {answer.uncited}")
    for option in answer.options:
        print(f"  - {mask_control_characters(option.label)}")
    if answer.state == "not_found":
        titles = dict.fromkeys(found.passage.title or found.passage.path for found in answer.passages)
        for title in list(titles)[:_MAX_NEAREST]:
            print(f"  ~ {mask_control_characters(title)}")


def _answer_json(answer: Answer) -> dict[str, object]:
    return {
        "answer": answer.text,
        "state": answer.state,
        "language": answer.language,
        "citations": [
            {
                "n": citation.n,
                "document": citation.path,
                "title": citation.document,
                "page": citation.page,
                "section": " › ".join(citation.section),
                "copies": list(citation.copies),
            }
            for citation in answer.citations
        ],
        "claims": [{"text": one.text, "cites": list(one.cites), "backing": one.backing} for one in answer.claims],
        "uncited": answer.uncited,
        "options": [{"label": option.label, "question": option.question} for option in answer.options],
        "notices": list(answer.notices),
        "timings": answer.timings,
    }


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


def _format_citation(citation: Citation) -> str:
    section = [heading for heading in citation.section if heading != citation.document]
    return _format_location(citation.document, citation.pages, section)


def _format_passage_place(passage: Passage) -> str:
    pages = format_page_range(passage.excerpt.page, passage.excerpt.last_page)
    return _format_location(passage.path, pages, passage.excerpt.section)


def _format_location(document: str, pages: str | None, section: Sequence[str]) -> str:
    return mask_control_characters(
        ", ".join(filter(None, (document, f"p. {pages}" if pages else "", " › ".join(section))))
    )


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


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
