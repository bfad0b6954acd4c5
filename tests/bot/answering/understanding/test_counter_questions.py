from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.understanding.counter_questions import choose_options, keep_chosen_place
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_document_file
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import Excerpt, FoundPassage, Passage, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.temporary_qdrant import open_temporary_qdrant

SAMPLES = Path("playground/documents")
SETS = sorted(Path("tests/questions").glob("*.jsonl"))
SETTINGS = Settings(_env_file=None, ollama_url="http://127.0.0.1:9")
K = 8


def found(title: str, section: str, text: str = "It says something about lamps.") -> FoundPassage:
    passage = Passage(
        f"{title} {section}", title, f"{title}.md", title, "v", 1, 0, Excerpt(text, section=(title, section))
    )
    return FoundPassage(passage, 1.0)


TRAVEL, MEALS = found("Expense policy", "3. Travel"), found("Expense policy", "2. Meals")
SAFETY, OTHER = found("Safety policy", "1. Zones"), found("Handbook", "Travel with lamps")


def labels(question: str, *passages: FoundPassage) -> list[str]:
    return [option.label for option in choose_options(question, passages)]


def test_a_title_alone_lets_people_choose_among_its_sections() -> None:
    assert labels("the policy", TRAVEL, MEALS, OTHER) == ["Travel — Expense policy", "Meals — Expense policy"]


def test_several_titles_let_people_choose_among_the_documents() -> None:
    assert labels("policy?", TRAVEL, SAFETY, MEALS) == ["Expense policy", "Safety policy"]


def test_several_headings_let_people_choose_among_the_sections() -> None:
    assert labels("travel", TRAVEL, OTHER, MEALS) == ["Travel — Expense policy", "Travel with lamps — Handbook"]


def test_at_most_three_can_be_chosen_and_each_label_fits_on_a_button() -> None:
    many = [found(f"{'Very long title ' * 9}{n}", "Travel") for n in range(5)]
    chosen = choose_options("travel", many)
    assert len(chosen) == 3
    assert all(len(option.label) <= 75 for option in chosen)


@pytest.mark.parametrize(
    ("question", "passages"),
    [
        ("meals", (TRAVEL, MEALS)),  # one section is clearly meant
        ("what is the policy on lamps in trains?", (TRAVEL, SAFETY)),
        ("how much for travel?", (TRAVEL, OTHER)),
        ("policy FIN-02", (TRAVEL, SAFETY)),
        ("zebra", (TRAVEL, SAFETY)),
        ("travel", (TRAVEL,)),
        ("travel", ()),
        ("something lamps", (TRAVEL, SAFETY)),
    ],
)
def test_what_is_clear_or_fits_nothing_is_not_asked_back(question: str, passages: tuple[FoundPassage, ...]) -> None:
    assert labels(question, *passages) == []


def test_a_choice_holds_the_words_and_the_place_and_leads_to_it() -> None:
    option = choose_options("the policy?", (TRAVEL, MEALS))[1]
    assert option.question == "the policy › Expense policy › Meals"
    place = option.question.partition(" › ")[2]
    assert keep_chosen_place(place, (TRAVEL, MEALS)) == (MEALS,)
    assert keep_chosen_place("Expense policy", (TRAVEL, SAFETY, MEALS)) == (TRAVEL, MEALS)
    assert keep_chosen_place("Gone › Section", (TRAVEL, MEALS)) == (TRAVEL, MEALS)


@pytest.fixture(scope="module")
def search() -> Iterator[PassageSearch]:
    """The search over all samples, by words."""
    client = open_temporary_qdrant()
    writer = PassageWriter(client, "t", EmbeddingModel(SETTINGS))
    writer.prepare()
    for file in sorted(path for path in SAMPLES.rglob("*") if path.is_file() and not path.name.startswith(".")):
        path = file.relative_to(SAMPLES).as_posix()
        read = read_document_file(file)
        document = Document(
            path,
            Fingerprint(1, 1, 1, 1),
            "0" * 64,
            f"v-{path}",
            1,
            DocumentState.WORDS,
            title=read.title or path,
            audience=frozenset({EVERYONE}),
        )
        writer.replace_passages(document, passages_from_excerpts(document, list(split_into_excerpts(read))))
    yield PassageSearch(client, "t", EmbeddingModel(SETTINGS))
    client.close()


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_no_question_of_the_benches_is_asked_back(search: PassageSearch, file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)["question"]
        assert choose_options(question, search.search_passages(question, Audience.everyone(), K).found) == (), question


def test_a_vague_word_about_the_samples_is_asked_back(search: PassageSearch) -> None:
    options = choose_options("the policy", search.search_passages("the policy", Audience.everyone(), K).found)
    assert 2 <= len(options) <= 3
    assert all("Expense policy" in option.label for option in options)
