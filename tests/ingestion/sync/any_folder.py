"""A folder that anybody may have filled, with the worker over it, and strategies for what may lie in it."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import strategies as st
from qdrant_client import QdrantClient

from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.formats import SUPPORTED_SUFFIXES
from ingestion.sync.progress import PassSummary
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.worker_requests import FolderProblem, FolderProblems
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.ingestion.readers import samples, samples_by_hand

RULE_FILE = ".souffleur.toml"
EVERYBODY = Audience.everyone()
FINANCE = Audience(frozenset({EVERYONE, "#finance"}))
TEXT = "# Budget\n\nLe budget de la refonte est de douze mille euros."
_WIDE = b'audience = "everyone"\n'
_SAMPLE_MAKERS: dict[str, Callable[[Path], Path]] = {
    ".pdf": samples.pdf,
    ".docx": samples.docx,
    ".pptx": samples.pptx,
    ".xlsx": samples.xlsx,
    ".html": samples.html,
    ".md": samples.markdown,
    ".txt": samples.text,
    ".csv": samples.csv,
    ".tsv": samples.tsv,
    ".eml": samples.eml,
    ".msg": samples.msg,
    ".png": partial(samples.picture),
    ".odt": samples_by_hand.odt,
    ".rtf": samples_by_hand.rtf,
    ".epub": samples_by_hand.epub,
    ".rst": samples_by_hand.rst,
    ".json": samples_by_hand.json,
    ".xml": samples_by_hand.xml,
}


@dataclass(slots=True)
class AnyFolder:
    """A folder with an embedded index; `rh/old.md` and `open/moves.md` are indexed before anything wrong comes."""

    root: Path
    client: QdrantClient
    worker: Reconciler
    ledger: DocumentLedger

    def drop(self, path: str, content: str | bytes = TEXT) -> Path:
        """Write a file into the folder."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def find(self, audience: Audience) -> set[str]:
        """The paths that people of an audience find."""
        search = PassageSearch(self.client, "t", EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9")))
        found = search.search_passages("budget refonte", audience, 50).found
        return {passage.path for one in found for passage in (one.passage, *one.copies)}

    def list_documents(self) -> dict[str, Document]:
        """What the ledger knows, by path."""
        return self.ledger.list_documents()

    def list_problems(self) -> tuple[FolderProblem, ...]:
        """What the administrators are told of folders."""
        return FolderProblems(self.client, "t").list_folder_problems()

    def run_pass_amid_changes(self) -> PassSummary:
        """Make `open/moves.md` private, drop a new document, and run one pass: it must do both."""
        (self.root / "#finance").mkdir(exist_ok=True)
        (self.root / "open" / "moves.md").rename(self.root / "#finance" / "moves.md")
        self.drop("open/new.md", TEXT + " Fin.")
        summary = self.worker.run_pass()
        assert self.find(EVERYBODY) & {"open/moves.md", "#finance/moves.md", "open/new.md"} == {"open/new.md"}
        assert "#finance/moves.md" in self.find(FINANCE)
        return summary


@contextmanager
def any_folder(reader_pool: ReaderPool) -> Iterator[AnyFolder]:
    """A folder with two indexed documents."""
    with TemporaryDirectory() as place:
        root = Path(place, "documents")
        root.mkdir()
        model = EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9"))
        with closing(open_temporary_qdrant()) as client:
            index, ledger = PassageWriter(client, "t", model), DocumentLedger(client, "t")
            problems = FolderProblems(client, "t")
            worker = Reconciler(
                WatchedFolder(root, problems=problems),
                IndexTarget(index, ledger),
                DocumentReading(reader_pool),
                threading.Event(),
            )
            folder = AnyFolder(root, client, worker, ledger)
            folder.drop("rh/old.md")
            folder.drop("open/moves.md", TEXT + " Suite.")
            worker.run_pass()
            assert folder.find(EVERYBODY) == {"rh/old.md", "open/moves.md"}
            yield folder
            for path in (root, *root.rglob("*")):
                with suppress(OSError):
                    path.chmod(0o700)


class Entry(NamedTuple):
    """Something that may bear the name of a rule file: a kind of entry, and what is in it."""

    kind: str
    content: bytes = b""

    def make(self, path: Path) -> None:
        """Make it."""
        match self.kind:
            case "file" | "closed":
                path.write_bytes(self.content)
                path.chmod(0 if self.kind == "closed" else 0o600)
            case "folder":
                path.mkdir()
                (path / "inside.md").write_text(TEXT)
                (path / RULE_FILE).write_bytes(self.content)
            case "pipe":
                os.mkfifo(path)
            case "socket":
                here = os.open(path.parent, os.O_RDONLY)
                with socket.socket(socket.AF_UNIX) as made, suppress(OSError):
                    made.bind(f"/proc/self/fd/{here}/{path.name}")
                os.close(here)
            case "link":
                target = path.with_name(".wide.toml")
                target.write_bytes(_WIDE)
                path.symlink_to(target)
            case "loop":
                path.symlink_to(path.name)
            case "device":
                path.symlink_to("/dev/zero")


def _encode_text(text: str, coding: str) -> bytes:
    return text.encode(coding, errors="replace")


_SCALARS: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(
        ["true", "false", "nan", "-inf", "2026-02-28", "2026-02-28T10:00:00Z", "9" * 5_000, "0x" + "f" * 4_000]
    ),
    st.sampled_from(["1" * 4_299, "1e99999", '"""' + "a\n" * 900 + '"""', "'''\u202e'''", '"\\u0000"', '"\\ud83d"']),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=12).map(lambda text: f'"{text}"'),
    st.sampled_from(['"everyone"', '"nobody"', '"#finance"', '"@alice"', '"C0123ABCD"', '"fr"', '"de"']),
    st.sampled_from(["#" + "é" * 200, "#\u0000", "@" + "\u200b" * 50]).map(lambda name: f'"{name}"'),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda some: f"[{', '.join(some)}]"),
        st.lists(inner, max_size=3).map(
            lambda some: "{" + ", ".join(f"k{n} = {one}" for n, one in enumerate(some)) + "}"
        ),
    ),
    max_leaves=6,
)
_PATTERNS = st.lists(
    st.text("[]!-^\\*?&|~(){}+$.a", min_size=1, max_size=12)
    | st.sampled_from(["*a" * 1_000, "[" * 2_000, "?" * 3_000]),
    min_size=1,
    max_size=4,
).map(lambda some: "keep_out = [" + ", ".join(f"'{one}'" for one in some) + "]\n")
_KEYS = st.sampled_from(["audience", "keep_out", "title", "language", "x", "a.b", '""', "'\u202e'", "audience.x"])
_RULE_LINES = st.one_of(
    st.builds("{} = {}\n".format, _KEYS, _VALUES),
    _PATTERNS,
    st.sampled_from(["[audience]\n", "[[keep_out]]\n", "# \n", "\r", "\ufeff", "a" + ".a" * 2_000 + " = 1\n"]),
    st.sampled_from(["[" * 5_000, "title = " + "{a=" * 2_500, "keep_out = " + "[" * 4_000]),
)
_RULE_TEXTS = st.lists(_RULE_LINES, max_size=5).map("".join)
RULE_BYTES = st.one_of(
    st.binary(max_size=60),
    _RULE_TEXTS.map(lambda text: text.encode(errors="surrogatepass")),
    st.builds(_encode_text, _RULE_TEXTS, st.sampled_from(["utf-16", "utf-8-sig", "latin-1", "utf-32", "cp500"])),
    st.integers(8_000, 70_000).map(lambda length: _WIDE + b"#" * length),
    st.builds(lambda text, at: text.encode(errors="replace")[: at % 200], _RULE_TEXTS, st.integers(0)),
)
RULE_ENTRIES = st.one_of(
    RULE_BYTES.map(partial(Entry, "file")),
    RULE_BYTES.map(partial(Entry, "folder")),
    st.sampled_from([Entry(kind, _WIDE) for kind in ("closed", "pipe", "socket", "link", "loop", "device")]),
)


def _encode_name(part: object) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()


_NAME_PARTS: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=12),
    st.text(max_size=12).map(lambda text: text.encode(errors="surrogatepass")),
    st.sampled_from(
        [
            *(b"\n", b"\r", b"\x1b[2J", b"\x7f", b"\xff\xfe", b"\xed\xa0\xbd", b"\xc0\xaf", b"..", b"~", b"\\", b"%00"),
            *("\u202egnp.fdp", "\u200b", "\u2028", "\ufeff#", "#finance", "@alice", "nul", "*?[", "e\u0301", "é"),
            *("x" * 240, "é" * 120, "#" + "f" * 200, "C0123ABCD", "'\"`$(id)", "<@U0123ABCD>", "\U000e0041"),
        ]
    ).map(_encode_name),
)
_NAMES = (
    st.lists(_NAME_PARTS, min_size=1, max_size=4)
    .map(lambda parts: b"".join(parts).replace(b"/", b"").replace(b"\0", b"")[:245])
    .filter(lambda name: name not in (b"", b".", b"..", RULE_FILE.encode(), b".souffleur"))
)
# Names that are as long as a file system takes get no suffix.
FILE_NAMES = st.builds(bytes.__add__, _NAMES, st.sampled_from([b".md", b".txt", b".MD", b"", b".md\n", b".m\xffd"]))
FOLDER_PATHS = st.lists(_NAMES, max_size=3).map(b"/".join)


@cache
def make_sample(suffix: str) -> bytes:
    """A whole document of a format; words where the format has no sample."""
    with TemporaryDirectory() as place:
        path = Path(place, "sample" + suffix)
        maker = _SAMPLE_MAKERS.get(suffix)
        return maker(path).read_bytes() if maker else TEXT.encode()


class Content(NamedTuple):
    """A document as it may come: of a sample's bytes, changed at random by `seed`; or of `raw` bytes alone."""

    suffix: str
    sample: str = ""
    seed: int = 0
    raw: bytes = b""

    def make(self) -> bytes:
        """The bytes of it."""
        content = make_sample(self.sample) if self.sample else self.raw
        return mutate_bytes(content, self.seed) if self.seed else content


def mutate_bytes(content: bytes, seed: int) -> bytes:
    """Change a document at random: bytes, cuts, repetitions, parts of another one."""
    rng, changed = random.Random(seed), bytearray(content)  # noqa: S311  # no secret
    for _ in range(rng.choice((1, 3, 20, 200))):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0 if at < len(changed):
                changed[at] = rng.randrange(256)
            case 1:
                del changed[at : at + rng.randrange(1, 40)]
            case 2:
                changed[at:at] = rng.randbytes(rng.randrange(1, 20))
            case 3:
                changed[at:at] = bytes(changed[at : at + 30]) * rng.randrange(1, 20)
            case 4:
                changed[at:at] = rng.choice(
                    (b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"9" * 400, b"<" * 50, b"]]>", b"\n\n")
                )
            case 5 if rng.random() < 0.1:
                del changed[at:]
    return bytes(changed)


_SUFFIXES = st.sampled_from(SUPPORTED_SUFFIXES)
DOCUMENTS = st.one_of(
    _SUFFIXES.flatmap(lambda suffix: st.builds(Content, st.just(suffix), st.just(suffix), st.integers(1, 1 << 40))),
    st.builds(Content, _SUFFIXES, raw=st.binary(max_size=200)),
    st.builds(Content, _SUFFIXES, _SUFFIXES),
)
