"""What is searched is what may be known: ten thousand random folders, memberships and questions, and every way in."""

from __future__ import annotations

import ast
import inspect
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from ingestion.access.rules import FolderRule, FolderRules
from knowledge.core.access import EVERYONE, NOBODY, Audience, combine_requirements
from knowledge.core.documents import Document
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval import hybrid_search, passage_lookup, vector_search
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.runtime.settings import Settings
from knowledge.storage import index_versions
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.knowledge.samples import document

CHANNELS = {"finance": "C000FINANCE", "rh": "C00000000RH", "été": "C0000000ETE"}
PEOPLE = {"alice": "U000000ALICE"[:11], "bob": "U00000000BOB"[:11]}
FOLDERS = [
    *("everyone", "projets", "2026", "CONTRATS", "finance"),
    *("#finance", "#FINANCE", "#rh", "#e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}", "#nowhere", "#"),
    *("@alice", "@Bob", "@nobody"),
    *CHANNELS.values(),
    *(f"@{person}" for person in PEOPLE.values()),
]
RULES = [EVERYONE, NOBODY, "#rh", "#finance", "@alice", None, None]
WORLDS, DOCUMENTS, ASKERS = 4, 50, 50


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, or a channel in which is asked (then `person` is None)."""

    channels: frozenset[str]
    person: str | None
    guest: bool


def test_ten_thousand_questions_show_what_a_plain_reading_of_the_rules_shows() -> None:
    """No leak, and nothing withheld: each of the documents, for each of the askers, beside an oracle of its own."""
    seed = random.SystemRandom().randrange(2**32)
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    counted = [_compared(rng, f"seed {seed}, world {n}", open_root=n == 0) for n in range(WORLDS)]
    assert sum(asked for asked, _ in counted) == 10_000
    assert 50 < sum(shown for _, shown in counted) < 9_500


def _compared(rng: random.Random, world: str, *, open_root: bool) -> tuple[int, int]:
    """How many documents were asked for in a random world, and how many of them shown. A closed root shows nothing."""
    client = open_temporary_qdrant()
    rules = {"/".join(path): rng.choice(RULES) for path in _folders(rng, 40)}
    rules |= {"": None} if open_root else {}
    paths = sorted({"/".join((*folder, f"{n}.md")) for n, folder in enumerate(_folders(rng, DOCUMENTS))})
    _store(client, paths, rules)
    searching, looking = PassageSearch(client, "t", _meaning()), PassageLookup(client, "t")
    listing = ServedDocuments(IndexVersions(client, "t"))
    ids, shown = [passages_from_excerpts(_made(path, rules), [Excerpt("x")])[0].id for path in paths], 0
    for asker in (_asker(rng) for _ in range(ASKERS)):
        audience = _audience(asker)
        expected = {path for path in paths if _oracle(path, rules, asker)}
        found = searching.search_passages("budget", audience, DOCUMENTS).found
        assert {one.passage.path for one in found} == expected, f"{world}, {asker}"
        assert set(listing.list_served_documents(audience)) == expected, f"{world}, {asker}"
        assert {one.path for one in looking.get_known_passages(ids, audience).values()} == expected, f"{world}, {asker}"
        shown += len(expected)
    client.close()
    return len(paths) * ASKERS, shown


def _folders(rng: random.Random, many: int) -> Iterator[tuple[str, ...]]:
    return (tuple(rng.choices(FOLDERS, k=rng.choice([0, 1, 1, 1, 2, 2, 3]))) for _ in range(many))


def _asker(rng: random.Random) -> Asker:
    in_a_channel = rng.random() < 0.4
    channels = rng.sample(sorted(CHANNELS), 1 if in_a_channel else rng.randrange(4))
    person = None if in_a_channel else rng.choice([*PEOPLE, "carol"])
    return Asker(frozenset(channels), person, rng.random() < 0.2)


def _audience(asker: Asker) -> Audience:
    """As the bot puts it together: ids, the names that are bound to them, and everyone's."""
    ids = {CHANNELS[name] for name in asker.channels} | {"C0NOFOLDER1"}
    if asker.person in PEOPLE and not asker.guest:
        ids.add(PEOPLE[asker.person])
    bound = {f"#{name}": id_ for name, id_ in CHANNELS.items()} | {f"@{name}": id_ for name, id_ in PEOPLE.items()}
    names = {name for name, id_ in bound.items() if id_ in ids}
    return Audience(frozenset({*ids, *names, *([] if asker.guest else [EVERYONE])}))


def _oracle(path: str, rules: dict[str, str | None], asker: Asker) -> bool:
    """Whether an asker may know a file, folder by folder, as one would explain it to a person."""
    named = False
    folders = path.split("/")[:-1]
    for depth in range(len(folders) + 1):
        written = [folders[depth - 1]] if depth else []
        ruled = rules.get("/".join(folders[:depth]))
        for name in [*written, *([ruled] if ruled else [])]:
            if name == NOBODY and name == ruled:
                return False
            who = _whom(name)
            if who is None:
                continue
            named = True
            kind, one = who
            if kind == "channel" and one not in asker.channels:
                return False
            if kind == "person" and (asker.guest or one != asker.person or one not in PEOPLE):
                return False
    return named or not asker.guest


def _whom(name: str) -> tuple[str, str] | None:
    by_id = {id_: ("channel", one) for one, id_ in CHANNELS.items()}
    by_id |= {f"@{id_}": ("person", one) for one, id_ in PEOPLE.items()}
    if name in by_id:
        return by_id[name]
    plain = name.replace("e\N{COMBINING ACUTE ACCENT}", "é").lower()
    if plain.startswith("#"):
        return "channel", plain[1:]
    return ("person", plain[1:]) if plain.startswith("@") else None


def _meaning() -> EmbeddingModel:
    return EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9"))


def _made(path: str, rules: dict[str, str | None]) -> Document:
    written = FolderRules({folder: FolderRule(rule) for folder, rule in rules.items()})
    return replace(document(path, path, passages=1), title=path, audience=written.resolve_audience(path))


def _store(client: QdrantClient, paths: list[str], rules: dict[str, str | None]) -> None:
    index, ledger = PassageWriter(client, "t", _meaning()), DocumentLedger(client, "t")
    index.prepare()
    for path in paths:
        made = _made(path, rules)
        index.replace_passages(made, passages_from_excerpts(made, [Excerpt(f"budget {path}")]))
        ledger.save_documents(made)


def test_every_engine_agrees_who_may_know(index: PassageWriter, search: PassageSearch) -> None:
    sizes = (itertools.combinations(["everyone", "#a", "C0"], size) for size in range(3))
    requirements = [frozenset(required) for some in sizes for required in some]
    for n, required in enumerate(requirements):
        made = replace(document(f"{n}.md", passages=1), audience=required)
        index.replace_passages(made, passages_from_excerpts(made, [Excerpt(f"budget {n}")]))
    for held in [(), ("everyone",), ("#a",), ("everyone", "#a"), ("everyone", "#a", "C0")]:
        audience = Audience(frozenset(held))
        found = {one.passage.path for one in search.search_passages("budget", audience, 50).found}
        assert found == {f"{n}.md" for n, required in enumerate(requirements) if required and required <= set(held)}
        assert found == {f"{n}.md" for n, required in enumerate(requirements) if audience.may_know(required)}


def test_nobody_is_in_the_group_of_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Audience(frozenset({NOBODY}))


@pytest.mark.parametrize(
    ("requirements", "written"),
    [({"everyone"}, {"everyone"}), ({"everyone", "#a"}, {"#a"}), ({"#a", "nobody"}, {"nobody"}), (set(), set())],
)
def test_narrow_requirements_make_wide_ones_idle(requirements: set[str], written: set[str]) -> None:
    assert combine_requirements(requirements) == written


# What of the reading rooms tells no passage and no name of a document, or is for admins alone.
TELLS_NOTHING = {
    "PassageSearch": {"has_indexed_passages", "open_version_search"},
    "VersionSearch": set[str](),
    "VectorSearch": set[str](),
    "PassageStore": set[str](),
    "PassageLookup": set[str](),
    "ServedDocuments": {"list_failed_documents", "list_requirements"},
}


READERS = [
    hybrid_search.PassageSearch,
    hybrid_search.VersionSearch,
    vector_search.VectorSearch,
    vector_search.PassageStore,
    passage_lookup.PassageLookup,
    index_versions.ServedDocuments,
]


@pytest.mark.parametrize("reader", READERS)
def test_there_is_no_way_to_read_but_for_an_audience(reader: type) -> None:
    ways = {name: way for name, way in vars(reader).items() if inspect.isfunction(way) and not name.startswith("_")}
    for name in ways.keys() - TELLS_NOTHING[reader.__name__]:
        parameter = inspect.signature(ways[name]).parameters.get("audience")
        assert parameter is not None, f"{reader.__name__}.{name} takes no audience"
        assert (parameter.annotation, parameter.default) == ("Audience", inspect.Parameter.empty)


def test_the_bot_reads_the_index_only_through_the_modules_that_filter() -> None:
    """No file of the bot opens the index or the ledger, asks Qdrant for points, or takes a build's ledger."""
    forbidden = {
        "knowledge.storage.passage_writer",
        "knowledge.storage.document_ledger",
        "knowledge.storage.payload_indexes",
        "knowledge.storage.schema",
    }
    asking = {
        "open_serving_ledger",
        "query_points",
        "scroll",
        "retrieve",
        "search",
        "facet",
        "query_batch_points",
        "query_batch",
        "recommend",
    }
    for file in Path("bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in forbidden, f"{file} imports {node.module}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in asking, f"{file}:{node.lineno} calls {node.func.attr}"


def test_every_question_to_qdrant_about_passages_carries_the_filter() -> None:
    """In the modules that read for the bot, each function that fetches points builds the audience's filter."""
    returning = {"scroll", "retrieve", "query_points", "similarity_search_with_score", "query_batch"}
    for module in (vector_search, passage_lookup):
        tree = ast.parse(inspect.getsource(module))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        asking = [one for one in functions if returning & {_called(node) for node in ast.walk(one)}]
        assert asking
        for one in asking:
            assert "build_audience_filter" in {_called(node) for node in ast.walk(one)}, f"{module.__name__}.{one.name}"


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
