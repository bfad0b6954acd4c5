"""Passages as LlamaIndex and LangChain make them by default, and their ranking by vectors alone.

Both get the vectors of the product's local model, with the prefixes that it wants. Their stores rank by the cosine of
these vectors: it is computed here, so that an answer costs nothing once texts are embedded.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.retrieval.evaluation import EVALUATION_DEPTH, JudgedRanking, compute_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.retrieval.vectors import VectorCache
    from knowledge.retrieval.evaluation_questions import EvaluationQuestion


@dataclass(frozen=True, slots=True)
class PeerPassage:
    """A piece of a document; `page` counts from 1 and is None where there are no pages."""

    file: str
    page: int | None
    text: str


def split_by_langchain(files: Sequence[Path]) -> list[PeerPassage]:
    """LangChain's usual way: pages by pypdf, pieces of 1,000 characters that share 200."""
    from langchain_community.document_loaders import PyPDFLoader, TextLoader
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    passages: list[PeerPassage] = []
    for file in files:
        pdf = file.suffix == ".pdf"
        loader = PyPDFLoader(str(file)) if pdf else TextLoader(str(file), encoding="utf-8")
        passages += [
            PeerPassage(file.name, one.metadata["page"] + 1 if pdf else None, one.page_content)
            for one in splitter.split_documents(loader.load())
        ]
    return passages


def split_by_llamaindex(files: Sequence[Path]) -> list[PeerPassage]:
    """LlamaIndex's usual way: pages by pypdf, sentences up to 1,024 tokens that share 200."""
    from llama_index.core import SimpleDirectoryReader
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter()
    passages: list[PeerPassage] = []
    for file in files:
        pages = SimpleDirectoryReader(input_files=[str(file)]).load_data()
        passages += [
            PeerPassage(file.name, number if file.suffix == ".pdf" else None, node.get_content())
            for number, page in enumerate(pages, 1)
            for node in splitter.get_nodes_from_documents([page])
        ]
    return passages


PEERS: dict[str, Callable[[Sequence[Path]], list[PeerPassage]]] = {
    "LangChain": split_by_langchain,
    "LlamaIndex": split_by_llamaindex,
}


def measure_peer(
    name: str, files: Sequence[Path], questions: Sequence[EvaluationQuestion], vectors: VectorCache
) -> dict[str, dict[str, float]]:
    """Hits and MRR of one peer over the documents of a set, for all questions and by language."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # the peers' are theirs
    passages = [one for one in PEERS[name](files) if one.text.strip()]
    ranked = (
        vectors.embed_questions([one.text for one in questions])
        @ vectors.embed_passages([one.text for one in passages]).T
    )
    judged: dict[str, list[JudgedRanking]] = {}
    for question, nearness in zip(questions, ranked, strict=True):
        if question.is_answerable:
            first = [passages[n] for n in np.argsort(-nearness, kind="stable")[:EVALUATION_DEPTH]]
            hits = JudgedRanking(tuple(_is_right(question, one) for one in first))
            for group in ("", question.language):
                judged.setdefault(group, []).append(hits)
    return {group: compute_metrics(hits) for group, hits in judged.items()}


def _is_right(question: EvaluationQuestion, passage: PeerPassage) -> bool:
    """As the product's passages are judged; their texts are compared without any white space."""
    if question.must_contain:
        return any(_squeeze(piece) in _squeeze(passage.text) for piece in question.must_contain)
    if Path(passage.file).stem != Path(question.document).stem and passage.file != question.document:
        return False
    return not question.pages or passage.page in question.pages


def _squeeze(text: str) -> str:
    return "".join(text.split())


def write_paragraphs(rows: Sequence[dict[str, str]]) -> list[Path]:
    """Paragraphs as files named by their ids, in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="souffleur-paragraphs-"))
    files = [folder / f"{row['id']}.txt" for row in rows]
    for file, row in zip(files, rows, strict=True):
        file.write_text(row["text"], encoding="utf-8")
    return files
