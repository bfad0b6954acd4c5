"""Every sentence about a document is one of `knowledge/core/failure_codes`, so that it can be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ingestion.scan.rule_file_names import RULE_FILE
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS

ROOT = Path(__file__).parents[3]
FILES = sorted(path for room in ("ingestion", "knowledge/embeddings") for path in (ROOT / room).rglob("*.py"))
# Who carries a sentence, and which of its arguments that is.
CARRIERS = {
    "UnreadableDocument": 0,
    "BusyDocument": 0,
    "ReaderUnavailable": 0,
    "VanishedDocument": 0,
    "MalformedRule": 0,
    "TextRefused": 0,
    "failure": 0,
    "FolderProblem": 1,
}
MAKERS = frozenset({"_describe_shortfalls"})  # functions that make a sentence which is carried by nothing of the above
HANDED_ON = frozenset({"assembly.empty_failure"})  # made by another of these raisings


def wrong_in(source: str) -> list[str]:
    """The sentences in a module that are made of no reason, or leave one of its fields out."""
    module = ast.parse(source)
    return [ast.unparse(sentence) for sentence in _sentences(module) if not _is_reason(sentence, module)]


def _sentences(module: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CARRIERS:
            yield [*node.args, *(keyword.value for keyword in node.keywords)][CARRIERS[node.func.id]]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "make_unreadable":
            yield node
        if isinstance(node, ast.FunctionDef) and node.name in MAKERS:
            yield from _returned(node)


def _is_reason(node: ast.expr, module: ast.Module) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="make_failure" | "make_unreadable"), args=[code]):
            given = {keyword.arg for keyword in node.keywords}
            return all(given == _holes(name) for name in _named(code, module))
        case ast.Call(func=ast.Name(id=name)):
            made = [one for one in ast.walk(module) if isinstance(one, ast.FunctionDef) and one.name == name]
            return bool(made) and all(_is_reason(one, module) for one in _returned(made[0]))
        case ast.Name(id=name):
            given_to = _assigned(name, module)
            return bool(given_to) and all(_is_reason(one, module) for one in given_to)
        case ast.IfExp(body=body, orelse=orelse):
            return all(_is_nothing(one) or _is_reason(one, module) for one in (body, orelse))
        case _:
            return ast.unparse(node) in HANDED_ON


def _named(reason: ast.expr, module: ast.Module) -> Iterator[str]:
    """The reasons that may be meant: one, or those that a variable may hold."""
    if isinstance(reason, ast.Name):
        for value in _assigned(reason.id, module):
            yield from _named(value, module)
    elif isinstance(reason, ast.IfExp):
        yield from (*_named(reason.body, module), *_named(reason.orelse, module))
    else:
        yield ast.unparse(reason)


def _holes(name: str) -> set[str]:
    room, _, member = name.partition(".")
    assert room == "FailureCode", f"{name} is no reason"
    return {hole for _, hole, _, _ in Formatter().parse(ENGLISH_FAILURE_TEXTS[FailureCode[member]]) if hole}


def _returned(function: ast.FunctionDef) -> Iterator[ast.expr]:
    yield from (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value)


def _assigned(name: str, module: ast.Module) -> list[ast.expr]:
    assigned = (node for node in ast.walk(module) if isinstance(node, ast.Assign))
    return [one.value for one in assigned if [ast.unparse(target) for target in one.targets] == [name]]


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_is_made_of_a_reason_and_all_its_fields(path: Path) -> None:
    assert wrong_in(path.read_text(encoding="utf-8")) == []


def test_the_files_hold_as_many_sentences_as_there_are_reasons_to_give() -> None:
    sentences = [one for path in FILES for one in _sentences(ast.parse(path.read_text(encoding="utf-8")))]
    assert len(sentences) > 70


@pytest.mark.parametrize(
    "source",
    [
        "raise UnreadableDocument('a.pdf is odd.')",
        "raise BusyDocument(f'{path.name} is odd.')",
        "errand.end(ReaderUnavailable(why))",
        "raise VanishedDocument(str(error))",
        "sentence = 'It is odd.'\nraise UnreadableDocument(sentence)",
        "def _odd(name):\n    return f'{name} is odd.'\nraise UnreadableDocument(_odd(name))",
        "troubles.append(FolderProblem(folder, 'It is odd.'))",
        "troubles.append(FolderProblem(folder=folder, reason='It is odd.'))",
        "raise MalformedRule('is odd')",
        "raise UnreadableDocument(make_failure(FailureCode.EMPTY))",
        "raise make_unreadable(FailureCode.EMPTY, path=path.name)",
        "def _describe_shortfalls(work):\n    return 'It is odd.' if work else None",
    ],
)
def test_a_sentence_of_its_own_is_found(source: str) -> None:
    assert len(wrong_in(source)) == 1


def test_every_reason_is_given_somewhere() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in FILES)
    unused = {code.name for code in FailureCode if f"FailureCode.{code.name}" not in source}
    # OLD_OFFICE and UNSEEN stand in ledgers of earlier versions; the bot says NO_MEMBER_READ for MEMBERS_UNREAD.
    assert unused == {"SENTENCE", "OLD_OFFICE", "UNSEEN", "NO_MEMBER_READ"}


def test_the_reason_of_a_closed_folder_names_its_rule_file() -> None:
    assert ENGLISH_FAILURE_TEXTS[FailureCode.CLOSED].startswith(f"{RULE_FILE} ")
