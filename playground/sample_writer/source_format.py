"""Read a manuscript: a few `key: value` lines, then blocks in a small part of Markdown. Draws nothing."""

from datetime import date
from itertools import groupby

from playground.sample_writer.content import Block, Code, Grid, Heading, Note, Paper, Points, Prose
from playground.sample_writer.typography import typeset

_FENCE = "```"


def read_manuscript(text: str) -> Paper:
    """The paper that the text describes."""
    head, _, body = text.partition("\n\n")
    fields = dict(_field(line) for line in head.splitlines())
    language = fields["language"]
    return Paper(
        title=typeset(fields["title"], language),
        subtitle=typeset(fields["subtitle"], language),
        reference=fields["reference"],
        author=typeset(fields["author"], language),
        language=language,
        written_on=date.fromisoformat(fields["date"]),
        contents=fields.get("contents", ""),
        blocks=tuple(_block(lines, language) for lines in _groups(body)),
    )


def _field(line: str) -> tuple[str, str]:
    key, _, value = line.partition(": ")
    return key, value


def _groups(body: str) -> list[list[str]]:
    """Lines between blank lines; a fenced block may hold blank lines."""
    groups: list[list[str]] = []
    for at, part in enumerate(body.split(_FENCE)):
        lines = part.strip("\n").splitlines()
        if at % 2:
            groups.append([_FENCE, *lines])
        else:
            groups.extend(list(kept) for blank, kept in groupby(lines, lambda line: not line) if not blank)
    return groups


def _block(lines: list[str], language: str) -> Block:
    first = lines[0]
    if first == _FENCE:
        return Code(tuple(lines[1:]))
    lines = [typeset(line, language) for line in lines]
    if first.startswith("#"):
        marks, _, text = lines[0].partition(" ")
        return Heading(text, len(marks))
    if first.startswith("| "):
        return _grid(lines)
    if first.startswith("> "):
        return Note(" ".join(line.removeprefix("> ") for line in lines))
    if first.startswith("- "):
        return Points(tuple(line.removeprefix("- ") for line in lines), numbered=False)
    if first.startswith("1. "):
        return Points(tuple(line.partition(". ")[2] for line in lines), numbered=True)
    return Prose(" ".join(lines))


def _grid(lines: list[str]) -> Grid:
    header, *rows = (tuple(cell.strip(" ") for cell in line.strip("|").split("|")) for line in lines)
    return Grid(header, tuple(rows))
