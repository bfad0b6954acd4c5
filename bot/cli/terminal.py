"""The chain without Slack: ask, search, compare and eval on a terminal. Decides how things are printed, no more."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.answering.answer import Answer, Words
from bot.answering.question import Question
from knowledge.core.access import Audience
from knowledge.core.failures import ModelUnavailable, SouffleurError
from knowledge.core.passages import span_of_pages
from knowledge.core.text import tame
from knowledge.runtime.loading import at_one_go
from knowledge.storage.audit_log import Audit
from knowledge.storage.client import open_qdrant

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from qdrant_client import QdrantClient

    from bot.answering.pipeline import Chain
    from bot.insights.content_gaps import Kind
    from bot.settings import BotSettings
    from knowledge.core.passages import Citation, Found, Passage
    from knowledge.retrieval.evaluation import Asked, Measured
    from knowledge.retrieval.search import Search
    from knowledge.retrieval.vector_search import Proposals

_EMPTY = "Nothing is indexed yet: drop documents into the watched folder and run `python -m ingestion scan`."


def ask(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Answer one question, streamed; with `--bare` by the model alone."""
    chain, client = open_chain(settings)
    with closing(client):
        if arguments.bare:
            return asyncio.run(_bare(chain, arguments.question, as_json=arguments.json))
        answer = asyncio.run(_answer(chain, arguments.question, live=not arguments.json))
    if arguments.json:
        _print_json(_answer_json(answer))
    else:
        _print_sources(answer)
    return 0


def search(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Show the passages nearest to a question."""
    with at_one_go():
        client = open_qdrant(settings)
        searching = _search(settings, client)
    with closing(client):
        results = searching.find(arguments.question, Audience.everyone(), arguments.k)
        empty = not results.found and not searching.has_documents()
    if empty:
        print(_EMPTY, file=sys.stderr)
    elif results.degraded:
        print(f"By words only: {results.degraded}", file=sys.stderr)
    if arguments.json:
        _print_json([_found_json(rank, one) for rank, one in enumerate(results.found, 1)])
    else:
        for rank, one in enumerate(results.found, 1):
            print(f"{rank}. {_place(one.passage)} (score {one.score:.3f})")
            for copy in one.copies:
                print(f"   also in {_place(copy)}")
            print(f"{tame(one.passage.excerpt.text)}\n")
    return 0


def audit(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Show what administrators did, and what others tried, newest first."""
    with closing(open_qdrant(settings)) as client:
        deeds = Audit(client, settings.collection, settings.audit_days).latest()
    if arguments.json:
        _print_json([asdict(deed) for deed in deeds])
    elif not deeds:
        print("Nothing yet: no administrator has done anything, and nobody else has tried.", file=sys.stderr)
    else:
        for deed in deeds:
            when = datetime.fromtimestamp(deed.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            print(f"{when}  {deed.who:<12} {deed.what:<16} {deed.outcome:<8} {deed.subject}".rstrip())
    return 0


def compare(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Put the bare model's answer beside the one from the documents. Without a model, say so and invent nothing."""
    chain, client = open_chain(settings)
    with closing(client):
        print(f"# {settings.chat_model} alone\n")
        try:
            asyncio.run(_bare(chain, arguments.question, as_json=False))
        except ModelUnavailable as error:
            print(f"(Here the model's own answer would stand, from what it was trained on. {error})")
        print(f"\n# {settings.chat_model} with your documents\n")
        _print_sources(asyncio.run(_answer(chain, arguments.question, live=True)))
    return 0


def evaluate(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Measure retrieval on a file of questions, or with `--answers` what the model makes of it.

    Raises:
        SouffleurError: nothing is indexed, so that there is nothing to measure.
    """
    from knowledge.retrieval.evaluation import evaluate, questions_from
    from knowledge.retrieval.passage_lookup import Lookup

    questions = questions_from(arguments.questions)
    if arguments.answers:
        return _score(settings, questions, as_json=arguments.json)
    with closing(open_qdrant(settings)) as client:
        searching = _search(settings, client)
        known = Lookup(client, settings.collection).texts(Audience.everyone())
        measured = evaluate(searching, questions, known)
        if not measured.found_any and not searching.has_documents():
            raise SouffleurError(_EMPTY)
    report = measured.report
    print(_mode(measured), file=sys.stderr)
    if arguments.json:
        _print_json(report)
    else:
        rows = {"all": report["all"], **report["by_language"], **report["by_kind"]}
        wide = max(map(len, rows))
        for name, scores in rows.items():
            print(f"{name:<{wide}}  " + "  ".join(f"{key} {value:.3f}" for key, value in scores.items()))
        print("latency p50 {p50} ms, p95 {p95} ms".format(**report["latency_ms"]))
    return 0


def _score(settings: BotSettings, questions: Sequence[Asked], *, as_json: bool) -> int:
    """Score the model's answers.

    Raises:
        SouffleurError: there is no model that answers, or nothing is indexed.
    """
    from bot.insights.answer_scoring import answers_to, as_markdown, report, scores

    chain, client = open_chain(settings)
    with closing(client):
        if not _search(settings, client).has_documents():
            raise SouffleurError(_EMPTY)
        answered = asyncio.run(answers_to(questions, chain))
    figures = report([(asked, scores(asked, answer)) for asked, answer in answered])
    if as_json:
        _print_json({"model": settings.chat_model, **figures})
    else:
        print(as_markdown(figures, settings.chat_model))
    return 0


def _mode(measured: Measured) -> str:
    many = len(measured.degraded)
    if not many:
        return "By words and meaning."
    some = "" if many == measured.asked else f" for {many} of {measured.asked} questions"
    return f"By words only{some}: {measured.degraded[0]}"


def gaps(settings: BotSettings, arguments: argparse.Namespace) -> int:
    """Print what people asked in vain, or disliked the answer to, most wanted first."""
    from bot.insights.content_gaps import DAYS, known_gaps
    from knowledge.storage.question_log import Journal
    from knowledge.storage.votes import Votes

    with closing(open_qdrant(settings)) as client:
        journal = Journal.of(client, settings.collection, alone=False)
        found = known_gaps(journal, Votes.of(client, settings.collection, settings.feedback_days))
    if arguments.json:
        _print_json([asdict(gap) for gap in found])
        return 0
    if not found:
        print(f"Nothing is missing: every question of the last {DAYS} days that counts here was answered.")
    for gap in found:
        print(f"{tame(gap.question)}\n  times asked: {gap.times}, people: {gap.people}; {_counted(gap.kinds)}")
        if gap.nearest:
            print(f"  nearest: {gap.nearest.path}" + (f", p. {gap.nearest.page}" if gap.nearest.page else ""))
        if gap.reasons:
            print(f"  said: {_counted(gap.reasons)}")
        for remark in gap.remarks:
            print(f"  “{tame(' '.join(remark.split()))}”")
    return 0


def _counted(counts: Mapping[Kind, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


async def _answer(chain: Chain, text: str, *, live: bool) -> Answer:
    question = Question(text, Audience.everyone())
    silent = True
    async for event in chain.answer(question):
        if isinstance(event, Words) and live:
            silent = False
            print(tame(event.text), end="", flush=True)
        if isinstance(event, Answer):
            answer = event
    if live and silent:
        print(tame(answer.text), end="")
    return answer


async def _bare(chain: Chain, text: str, *, as_json: bool) -> int:
    words = []
    async for piece in chain.bare(text):
        words.append(piece.text)
        if not as_json:
            print(tame(piece.text), end="", flush=True)
    if as_json:
        _print_json({"answer": "".join(words)})
    else:
        print()
    return 0


def open_chain(settings: BotSettings) -> tuple[Chain, QdrantClient]:
    """The chain over the index, and the client that it uses. Nothing is asked yet."""
    client = open_qdrant(settings)
    return chain_over(settings, client), client


def chain_over(settings: BotSettings, client: QdrantClient) -> Chain:
    """The chain over the index. This imports LangChain, which takes seconds; nothing is asked yet."""
    with at_one_go():
        from bot.answering.model import open_model
        from bot.answering.pipeline import Chain
        from knowledge.retrieval.langchain_search import Stores
    return Chain(settings, _search(settings, client, Stores(client)), open_model(settings))


def _search(settings: BotSettings, client: QdrantClient, proposals: Proposals | None = None) -> Search:
    from knowledge.embeddings.embedding_model import Meaning
    from knowledge.retrieval.search import Search

    return Search(client, settings.collection, Meaning(settings), proposals)


def _print_sources(answer: Answer) -> None:
    print("\n")
    for notice in answer.notices:
        print(f"({notice})")
    for citation in answer.citations:
        weak = " (to be checked: what is stated is not found there)" if citation.n in answer.weak else ""
        print(f"[{citation.n}] {_source(citation)}{weak}")
        for path in citation.copies:
            print(f"    also in {path}")
    if answer.citations and answer.uncited:
        print(f"Sentences without a source: {answer.uncited}")
    if answer.state == "not_found":
        for found in answer.passages[:3]:
            print(f"  ~ {_place(found.passage)}")


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
        "notices": list(answer.notices),
        "timings": answer.timings,
    }


def _found_json(rank: int, found: Found) -> dict[str, object]:
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


def _source(citation: Citation) -> str:
    section = [heading for heading in citation.section if heading != citation.document]
    return _where(citation.document, citation.pages, section)


def _place(passage: Passage) -> str:
    pages = span_of_pages(passage.excerpt.page, passage.excerpt.last_page)
    return _where(passage.path, pages, passage.excerpt.section)


def _where(document: str, pages: str | None, section: Sequence[str]) -> str:
    return tame(", ".join(filter(None, (document, f"p. {pages}" if pages else "", " › ".join(section)))))


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))
