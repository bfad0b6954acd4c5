"""Find the links to other places and the mentions that Slack would make of a post.

Written without the guard's code and by other means: Markdown is read by a parser that is not ours, and Slack's own
making of links is played rather severely. What two programs might read in two ways is judged in both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from markdown_it import MarkdownIt

_STRICT = MarkdownIt("commonmark", {"html": False}).enable("table")
_SCHEMES = ("mailto", "tel", "sms", "data", "javascript", "vbscript", "slack", "file", "blob", "facetime")
_COMMON = (
    "com net org info biz io dev app xyz top zip mov club site online shop live work link click example test invalid "
    "xn--p1ai \u0440\u0444 com\u0441 \u0441om \u0441\u043em"
)
_ENDINGS = frozenset(_COMMON.split())
_TOKEN = re.compile(r"<([^<>\n]+)>")
_PLAIN_PING = re.compile(r"(?<!\w)@(?:here|channel|everyone)\b", re.IGNORECASE)
_PING = re.compile(r"^(?:@[UW][A-Z0-9]+|!(?:here|channel|everyone|group|subteam\^)|#C[A-Z0-9]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|www\.)", re.IGNORECASE)
_WITH_SCHEME = re.compile(
    rf"[a-z][a-z0-9+.-]*://\S|^www\.\w|(?:^|\W)(?:{'|'.join(_SCHEMES)}):[^\s:]*[^\W_]", re.IGNORECASE
)
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is alive: addresses, and mentions."""

    foreign: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(self.foreign + other.foreign, self.pings + other.pings)


def markdown(text: str) -> Verdict:
    """What is alive in Markdown, for a program that knows fences of tildes and for one that does not."""
    readings = {text, re.sub(r"(?m)^( {0,3})~~~+", r"\1-", text)}
    verdict = Verdict(pings=tuple(token for token in _TOKEN.findall(text) if _PING.match(token)))
    for reading in sorted(readings):
        links, prose = _parsed(reading)
        verdict += Verdict(links) + judge_words(prose)
    return verdict


def mrkdwn(text: str, *, verbatim: bool, ours: Sequence[str] = (), known: Sequence[str] = ()) -> Verdict:
    """What is alive in Slack's own markup; links that begin like one of `ours`, mentions of the `known`, are not."""
    verdict = Verdict()
    for token in _TOKEN.findall(text):
        target = unescape(token.partition("|")[0])
        if _PING.match(target) and target[1:] not in known:
            verdict += Verdict(pings=(token,))
        elif target[0] not in "@#!" and not target.startswith(tuple(ours)):
            verdict += Verdict((target,))
    return verdict if verbatim else verdict + judge_words(unescape(_TOKEN.sub(" ", text)))


def post(body: Mapping[str, object], ours: Sequence[str] = (), known: Sequence[str] = ()) -> Verdict:
    """What is alive in the arguments of a call that shows something."""
    verdict = markdown(str(body.get("markdown_text") or ""))
    blocks = body.get("blocks") or body.get("view")
    text = str(body.get("text") or "")
    verdict += mrkdwn(text, verbatim=bool(blocks), ours=ours, known=known)
    for kind, value in _objects(blocks):
        match kind:
            case "markdown":
                verdict += markdown(str(value["text"]))
            case "mrkdwn":
                verdict += mrkdwn(str(value["text"]), verbatim=value.get("verbatim") is True, ours=ours, known=known)
            case "link" | "image":
                verdict += Verdict((str(value.get("url") or value.get("image_url")),))
            case "user" | "usergroup" | "broadcast" | "channel":
                verdict += Verdict(pings=(str(value),))
    return verdict


def _objects(value: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    if isinstance(value, Mapping):
        if isinstance(kind := value.get("type"), str):
            yield kind, value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _objects(inner)


def _parsed(text: str) -> tuple[tuple[str, ...], str]:
    """Where links and images lead, and the prose between code."""
    links: list[str] = []
    prose = ""
    for block in _STRICT.parse(text):
        for token in block.children or ():
            links += [str(token.attrs[name]) for name in ("href", "src") if name in token.attrs]
            prose += token.content if token.type in ("text", "text_special", "image") else "\n"
        prose += "\n"
    return tuple(links), prose


@lru_cache(maxsize=64)  # several parsers find the same words
def judge_words(words: str) -> Verdict:
    """What Slack makes of words without any markup."""
    shown = "".join(c for c in unicodedata.normalize("NFKC", unquote(words)) if unicodedata.category(c) != "Cf")
    shown = shown.translate({ord("。"): "."})
    tokens = tuple(token for token in _TOKEN.findall(shown) if _ADDRESS.match(token) or token[0] in "@!")
    foreign = tuple(word for word in re.split(r"[\s<>()\[\]\"'«»“”*|,;]+", shown) if _is_alive(word))
    return Verdict(foreign + tokens, tuple(_PLAIN_PING.findall(shown)))


def _is_alive(word: str) -> bool:
    if _WITH_SCHEME.search(word):
        return True
    return any(_is_host(host) for host in re.findall(r"[\w.-]+", word))


def _is_host(host: str) -> bool:
    *names, ending = host.strip("._-").lower().split(".")
    if not names or not all(names):
        return False
    return ending in _ENDINGS or (len(ending) == 2 and ending.isalpha()) or bool(_IPV4.fullmatch(host))
