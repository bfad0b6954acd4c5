"""A passage of a document with its id and place, and a citation of it. Pure."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Literal

from knowledge.core.documents import TITLE_SEPARATOR, Document, Language, title_member

PassageKind = Literal["text", "code", "table"]
_MACHINE_NAME = re.compile(r"(?=[0-9a-f-]*\d)(?=[0-9a-f-]*[a-f])[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}")
_PASSAGE_NAMESPACE = uuid.UUID("0c0a7a1b-93a1-4d52-8c1f-0a6b5f0f7c21")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a document's text, before it is assigned to a document.

    `page` and `last_page` count from 1 and are None if the format has no pages. `section` is the path of headings
    above the text, outermost first. `text` is what people and the model see. A `doubtful` one holds text that the
    document may hide from its readers. `member` names the file inside the document that it is of, whose pages are
    counted.
    """

    text: str
    page: int | None = None
    last_page: int | None = None
    section: tuple[str, ...] = ()
    kind: PassageKind = "text"
    doubtful: bool = False
    member: str = ""

    @property
    def link_page(self) -> int | None:
        """The page that a link to the document opens; None for a file inside, whose pages are not the document's."""
        return None if self.member else self.page


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt with its document: the unit that is indexed, found and cited.

    `title` is the document's, with its member's name. `audience` has its requirements (`knowledge/core/access`);
    without any, nobody sees it.
    `language` is set if its folder names one.
    """

    id: str
    document_id: str
    path: str
    title: str
    version: str
    generation: int
    n: int
    excerpt: Excerpt
    audience: frozenset[str] = frozenset()
    language: Language | None = None

    @property
    def indexed_text(self) -> str:
        """The text that is embedded: title, section path, and the excerpt below them."""
        header = TITLE_SEPARATOR.join(self.headings)
        return f"{header}\n{self.excerpt.text}" if header else self.excerpt.text

    @property
    def headings(self) -> tuple[str, ...]:
        """The title and the section path. A title that is only a code, as a hash or a UUID, is left out."""
        title = () if is_machine_name(self.title) else (self.title,)
        return (*title, *headings_below_title(self.title, self.excerpt.section))


@dataclass(frozen=True, slots=True)
class PieceScore:
    """How like a question a piece of a passage is, from `start` to `end` (characters): a cosine, -1 to 1."""

    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search returned, with its score (0 to 1, higher is better).

    `copies` are passages of other documents with the same text; they are not listed on their own. `pieces` are its
    sentences and rows as they were compared with the question; none where they were not.
    """

    passage: Passage
    score: float
    copies: tuple[Passage, ...] = ()
    pieces: tuple[PieceScore, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of an answer: `n` is the number in the text, the other fields name the place.

    `copies` are the paths of other documents with the same passage that the reader may know. `spans` are the places of
    what is quoted, as characters of the passage's text. `link_page` is the page that a link to the document opens.
    """

    n: int
    document: str
    path: str
    page: int | None
    section: tuple[str, ...]
    passage_id: str
    last_page: int | None = None
    copies: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    link_page: int | None = None

    @property
    def pages(self) -> str | None:
        """Its pages as people write them: "1" or "1-2"."""
        return format_page_range(self.page, self.last_page)


def format_page_range(first: int | None, last: int | None) -> str | None:
    """Pages as people write them: "1" or "1-2". None if there are none."""
    if first is None:
        return None
    return str(first) if last in (None, first) else f"{first}-{last}"


def passages_from_excerpts(document: Document, excerpts: list[Excerpt], first: int = 0) -> list[Passage]:
    """Make passages, numbered from `first`. The same document, content and pipeline give the same ids."""
    return [
        Passage(
            id=make_passage_id(document.id, document.version, n),
            document_id=document.id,
            path=document.path,
            title=title_member(document.title, excerpt.member),
            version=document.version,
            generation=document.generation,
            n=n,
            excerpt=excerpt,
            audience=document.audience,
            language=document.label.language,
        )
        for n, excerpt in enumerate(excerpts, first)
    ]


def list_passage_ids(document: Document) -> list[str]:
    """The ids of all passages of a document, in their order."""
    return [make_passage_id(document.id, document.version, n) for n in range(document.passages)]


def make_passage_id(document: str, version: str, n: int) -> str:
    """The id of the n-th passage of a document version: a UUID, as Qdrant requires."""
    return str(uuid.uuid5(_PASSAGE_NAMESPACE, f"{document}/{version}/{n}"))


def is_machine_name(name: str) -> bool:
    """Whether a name is a hash or a UUID, which no person would choose or ask for."""
    return _MACHINE_NAME.fullmatch(name) is not None


def headings_below_title(title: str, section: tuple[str, ...]) -> tuple[str, ...]:
    """The headings above a text, outermost first, without a first one that the title repeats."""
    is_repeated = section and (title == section[0] or title.endswith(f"{TITLE_SEPARATOR}{section[0]}"))
    return section[1:] if is_repeated else section
