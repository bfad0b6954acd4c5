"""Finds every regular expression of the product in its syntax trees, so that no new one is forgotten.

A pattern that only exists while a function runs cannot be read from the source: its maker stands in `MADE_AT_RUN_TIME`.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.answering.languages import all_languages
from bot.answering.quoting.markdown import emphasis_pattern
from knowledge.embeddings import prefixes
from knowledge.storage.index_versions import IndexVersion
from tests.deployment.compose import ROOT

PRODUCT = ("bot", "ingestion", "knowledge", "playground", "qdrant_engine")
_FLAGS_ARGUMENT = {"compile": 1, "search": 2, "match": 2, "fullmatch": 2, "split": 3, "findall": 2, "finditer": 2,
                   "sub": 4, "subn": 4}  # fmt: skip
_ANCHORED = frozenset({"match", "fullmatch"})

Pattern = re.Pattern[str] | re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class FoundPattern:
    """A pattern, where it stands, and how it is used: a pattern that is only matched begins at one place."""

    place: str
    pattern: Pattern
    method: str

    def run(self, text: str) -> None:
        """Uses the pattern on a whole text as the product does."""
        pattern: re.Pattern[Any] = self.pattern
        subject = text.encode("latin-1", "ignore") if isinstance(pattern.pattern, bytes) else text
        if self.method in _ANCHORED:
            getattr(pattern, self.method)(subject)
        else:
            for _ in pattern.finditer(subject):
                pass


def _collection_names() -> Iterator[Pattern]:
    yield re.compile(re.escape(IndexVersion().passages_collection("souffleur")) + r"(?:_([2-9]|[1-9]\d+))?")


def _question_kinds() -> Iterator[Pattern]:
    return (pattern for language in all_languages.LANGUAGES.values() for _, pattern in language.ASKING.patterns)


def _open_questions() -> Iterator[Pattern]:
    return (language.OPEN_QUESTIONS.pattern for language in all_languages.LANGUAGES.values())


def _words_in_bold() -> Iterator[Pattern]:
    pattern = emphasis_pattern(["remote work", "d'accord", "12"])
    assert pattern
    yield pattern


def _refusals() -> Iterator[Pattern]:
    return (language.CHECKING.refusal_pattern for language in all_languages.LANGUAGES.values())


def _talk_phrases() -> Iterator[Pattern]:
    return (pattern for language in all_languages.LANGUAGES.values() for _, pattern in language.TALK.phrase_patterns)


def _thinking_tags() -> Iterator[Pattern]:
    yield re.compile(re.escape("</thinking>"), re.IGNORECASE)


def _model_families() -> Iterator[Pattern]:
    return (re.compile(family.pattern) for family in prefixes.MODEL_FAMILIES)


def _none() -> Iterator[Pattern]:
    """What a tester writes for the playground, or whoever may write to a folder for its files: both are short."""
    return iter(())


# Module and function of each pattern that is made at run time, with the patterns that it makes.
MADE_AT_RUN_TIME: dict[tuple[str, str], Callable[[], Iterator[Pattern]]] = {
    ("knowledge.storage.index_versions", "_number_from_collection"): _collection_names,
    ("bot.answering.languages.word_lists", "patterns"): _question_kinds,
    ("bot.answering.languages.word_lists", "pattern"): _open_questions,
    ("bot.answering.languages.word_lists", "refusal_pattern"): _refusals,
    ("bot.answering.languages.word_lists", "phrase_patterns"): _talk_phrases,
    ("bot.answering.quoting.markdown", "emphasis_pattern"): _words_in_bold,
    ("bot.answering.output_filter.model_noise", "filter_thinking"): _thinking_tags,
    ("knowledge.embeddings.prefixes", "find_prefixes"): _model_families,
    ("ingestion.access.rules", "_parse_patterns"): _none,
    ("playground.qdrant.faults", "__post_init__"): _none,
    ("playground.qdrant.faults", "applies_to"): _none,
}


def list_patterns() -> list[FoundPattern]:
    """Returns every pattern of the product once for each way of using it."""
    return [found for file in list_sources() for found in _patterns_of_file(file)]


def list_unregistered() -> list[str]:
    """Returns the places of the patterns that are made at run time by a maker that is not registered."""
    return [found.place for found in list_patterns() if found.method == "unregistered"]


def list_sources() -> list[Path]:
    """Returns the product's modules that name `re`."""
    files = (file for name in PRODUCT for file in sorted((ROOT / name).rglob("*.py")))
    return [file for file in files if re.search(r"^\s*(?:import|from) re\b", file.read_text(encoding="utf-8"), re.M)]


def find_calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Yields the calls of `re`'s functions, each with the function's name and that of the function around it."""
    for outer, node in _walk(tree, ""):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _FLAGS_ARGUMENT
        ):
            yield node, node.func.attr, outer


def _walk(node: ast.AST, outer: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else outer
        yield outer, child
        yield from _walk(child, inside)


def _patterns_of_file(file: Path) -> Iterator[FoundPattern]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.ImportFrom) and node.module == "re" for node in ast.walk(tree)), (
        f"{file}: write `import re` and `re.compile`, so that every pattern is found"
    )
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    calls = list(find_calls(tree))
    if not calls:
        return
    module = importlib.import_module(name)
    uses = _uses_by_name(tree)
    names = _compiled_names(tree)
    for call, function, outer in calls:
        place = f"{name}:{call.lineno}"
        if maker := MADE_AT_RUN_TIME.get((name, outer)):
            method = "match" if maker is _talk_phrases else "fullmatch" if function == "fullmatch" else "finditer"
            yield from (FoundPattern(place, pattern, method) for pattern in maker())
            continue
        try:
            pattern = evaluate_pattern(module, call, function)
        except AssertionError as error:
            yield FoundPattern(str(error), re.compile(""), "unregistered")
            continue
        methods = uses.get(names.get(id(call), ""), frozenset({"finditer"})) if function == "compile" else {function}
        anchored = sorted(methods) if methods and methods <= _ANCHORED else ["finditer"]
        yield from (FoundPattern(place, pattern, method) for method in anchored)


def evaluate_pattern(module: ModuleType, call: ast.Call, function: str) -> Pattern:
    """Builds the pattern of a call from its module's own constants.

    Raises:
        AssertionError: the pattern depends on what a function is given.
    """
    flags = next((word.value for word in call.keywords if word.arg == "flags"), None)
    at = _FLAGS_ARGUMENT[function]
    if flags is None and len(call.args) > at:
        flags = call.args[at]
    try:
        return re.compile(_evaluate(module, call.args[0]), _evaluate(module, flags) if flags else 0)
    except NameError as error:
        raise AssertionError(
            f"{module.__name__}:{call.lineno}: a pattern made at run time; register it in {__name__}.MADE_AT_RUN_TIME"
        ) from error


def _evaluate(module: ModuleType, expression: ast.expr) -> Any:
    return eval(compile(ast.Expression(expression), module.__name__, "eval"), vars(module))  # noqa: S307 (our own code)


def _compiled_names(tree: ast.Module) -> dict[int, str]:
    """Returns the variable of each compiled pattern, by the id of its call."""
    return {
        id(node.value): node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _uses_by_name(tree: ast.Module) -> dict[str, frozenset[str]]:
    """Returns the methods that a module calls on each name; a name used in another way has `other`."""
    uses: dict[str, set[str]] = {}
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses.setdefault(node.value.id, set()).add(node.attr)
            called.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            uses.setdefault(node.id, set()).add("other")
    return {name: frozenset(methods) for name, methods in uses.items()}
