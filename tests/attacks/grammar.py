"""Generates streams by a grammar: Markdown that would be alive, disguised, nested and cut anywhere."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_TOP_LEVEL = (
    "com", "fr", "test", "io", "zip", "localhost", "\u092d\u093e\u0930\u0924", "\u0440\u0444", "\ud55c\uad6d",
    "\u0dbd\u0d82\u0d9a\u0dcf", "\u0b87\u0ba8\u0bcd\u0ba4\u0bbf\u0baf\u0bbe", "\u0e44\u0e17\u0e22", "xn--p1ai",
    "xn--h2brj9c", "\u4e2d\u56fd", "\u0627\u0644\u0633\u0639\u0648\u062f\u064a\u0629",
)  # fmt: skip
_LABELS = ("evil", "EVIL", "a-b", "\u0435vil", "e\u0301vil", "\u0938\u0947", "10", "www", "x", "evil_x", "\uff45vil")
_DOTS = (".",) * 8 + ("\uff0e", "\u3002", "\uff61", "\ufe52", "\ufe12", "\u2024", "%2E", "%2e")
_SCHEMES = ("http", "https", "HTTPS", "ftp", "slack", "x-y", "irc", "xmpp")
_BARE_SCHEMES = ("mailto:", "tel:", "sms:", "data:", "javascript:", "xmpp:", "file:", "slack:")
_MENTIONS = (
    "<!channel>", "<!here>", "<!HERE>", "<!everyone>", "<!group>", "<!here|ici>", "<!subteam^S1>", "<@U123ABC>",
    "<@W1|bob>", "<#C123ABC>", "<#C1|general>", "@channel", "@here", "@Everyone", "\uff20channel", "\ufe6bhere",
    "<!date^1^{date}^https://evil.test|x>",
)  # fmt: skip
_WORDS = ("Deux", "jours", "par", "semaine.", "le", "guide", "`code`", "List<String>", "a<b", "R&D", "é", "1.", "…")
_NOISE = (
    "`", "``", "```", "~~~", "[", "]", "](", "]:", "<", ">", "|", "\\", "!", "![", "(", ")", "**", "_", "*", "~~", "#",
    "[1]", "[9]", "[1, 9]", "[^1]", "[^1]:", "<s>", "[INST]", "<think>", "</passage 0123456789ab>", "&", "&amp;", ":",
    "//", "://", "@", "NOT_FOUND", "Sources:", "\u3010", "\uff1c", "\\\\", "<x y=\"", "'>", "\">", "-->", "<!--",
)  # fmt: skip
_INVISIBLE = ("\u200b", "\u200d", "\u00ad", "\ufe0f", "\u2060", "\U000e0041", "\u202e")
_SPACES = ("\u00a0", "\u3000", "\u2003", "\t", "\u2028", "\x0b", "\x0c", "\u1680")
_NAMED = {
    ":": "&colon;", "/": "&sol;", ".": "&period;", "@": "&commat;", "<": "&lt;", ">": "&gt;", "!": "&excl;",
    "[": "&lsqb;", "]": "&rbrack;", "(": "&lpar;", ")": "&rpar;", "`": "&grave;", "&": "&amp;", "#": "&num;",
    "*": "&ast;", "_": "&lowbar;", "|": "&vert;", "\\": "&bsol;",
}  # fmt: skip
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TAGS = ("div", "b", "a", "img", "x", "pre", "script", "table", "/div", "String")


@dataclass(slots=True)
class StreamGrammar:
    """Draws streams from a source of chance; the same source gives the same streams."""

    chance: random.Random
    _labels: list[str] = field(default_factory=list)

    def draw_stream(self) -> str:
        """A whole answer of a hostile model."""
        self._labels = []
        blocks = [self._block(2) for _ in range(self.chance.randint(1, 4))]
        stream = "".join(
            block + self._pick("\n", "\n\n", "\n\n", "\n \n", f"\n{self._space()}\n", " ") for block in blocks
        )
        return self._padded(stream) if self._sometimes(0.02) else stream

    def _padded(self, stream: str) -> str:
        """The stream with more between two of its characters than the filter holds back."""
        at = self.chance.randint(0, len(stream))
        return stream[:at] + self._pick(" mot" * 140, "mot" * 180, "\n mot" * 110, " ", "> " * 270) + stream[at:]

    def draw_line(self) -> str:
        """A line of a document, a title, a heading or a reason."""
        self._labels = []
        return " ".join(self._inline(2) for _ in range(self.chance.randint(1, 4)))

    def draw_pieces(self, stream: str) -> list[str]:
        """The stream, cut in pieces: at some places, at each character or at each space."""
        kind = self.chance.random()
        if kind < 0.15:
            return list(stream)
        if kind < 0.3:
            return stream.replace(" ", " \0").split("\0")
        marks = sorted({self.chance.randint(0, len(stream)) for _ in range(self.chance.randint(0, 9))})
        return [stream[a:b] for a, b in zip([0, *marks], [*marks, len(stream)], strict=True)]

    def _pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def _sometimes(self, share: float) -> bool:
        return self.chance.random() < share

    # Blocks

    def _block(self, depth: int) -> str:
        make = self.chance.choice(
            (
                self._paragraph, self._paragraph, self._paragraph, self._definition, self._definition, self._fence,
                self._fence, self._table, self._list, self._quote, self._html, self._indented, self._used_label,
            )
        )  # fmt: skip
        return make(depth)

    def _paragraph(self, depth: int) -> str:
        mark = self._pick("", "", "", "# ", "  ", "- ", "> ", "1. ", "**Note** ")
        return mark + self._pick(" ", " ", " ", "", "\n").join(
            self._inline(depth) for _ in range(self.chance.randint(1, 5))
        )

    def _definition(self, depth: int) -> str:
        label = self._pick("a", "a", "b", "a\nb", "a\\]b", "\\[a", "1", "^1", "a b", "é", "a`b", "a\n> b")
        self._labels.append(label)
        colon = self._pick("]:", "]:", "]:", "]\\:", "]&colon;", "] :", "]:\n", "]:\n  ", "\\]:")
        target = self._pick("<", "", "", "") + self._address() + self._pick(">", "", "", "")
        title = self._pick("", "", ' "x"', "\n'x'", " (`)")
        mark = self._pick("", "", "", " ", "   ", "    ", "> ", "- ", "1) ", "* > ", "[9] ", "<s>", "&#8203;", "\u200b")
        return f"{mark}[{self._disguised(label, 0.1)}{colon}{self._pick('', ' ')}{target}{title}"

    def _used_label(self, depth: int) -> str:
        label = self.chance.choice(self._labels) if self._labels else "a"
        return self._pick("[{0}]", "[x][{0}]", "![x][{0}]", "![{0}]", "[{0}][]", "text[{0}]").format(label)

    def _fence(self, depth: int) -> str:
        marks = self._pick("```", "```", "````", "~~~", "~~~~")
        indent = self._pick("", "", "", " ", "   ", "    ", "> ", "- ", "1. ", "\t", "  - ")
        body = "\n".join(self._pick("", "", indent) + self._code_line(depth) for _ in range(self.chance.randint(1, 3)))
        end = self._pick(marks, marks, marks, marks + "`", marks[:3], "", "~~~", "```")
        tail = self._pick("", "", "", " ", self._space(), "x", " `")
        return f"{indent}{marks}{self._pick('', 'java', 'x`y', ' a b')}\n{body}\n{self._pick('', indent)}{end}{tail}"

    def _code_line(self, depth: int) -> str:
        return self._pick(
            "List<String> a = b[0];",
            self._inline(depth),
            self.chance.choice(_MENTIONS),
            "",
            self._space(),
            "```",
            "<!-- x -->",
            "@Bean",
        )

    def _table(self, depth: int) -> str:
        cells = [self._inline(depth).replace("\n", " ") for _ in range(4)]
        rule = self._pick("|---|---|", "---|---", "| :-: | --- |", "|---|")
        return f"| {cells[0]} | {cells[1]} |\n{rule}\n| {cells[2]} | {cells[3]} |"

    def _list(self, depth: int) -> str:
        mark = self._pick("- ", "* ", "1. ", "10) ", "- [ ] ")
        inner = self._block(depth - 1) if depth else self._inline(0)
        return mark + inner.replace("\n", "\n" + self._pick("", "  ", "   ", "    "))

    def _quote(self, depth: int) -> str:
        inner = self._block(depth - 1) if depth else self._inline(0)
        return "> " + inner.replace("\n", self._pick("\n", "\n> ", "\n>"))

    def _html(self, depth: int) -> str:
        tag = self.chance.choice(_TAGS)
        opened = self._pick(f"<{tag}>", f'<{tag} href="{self._address()}">', f"<{tag}", "<!--", "<?", f'<{tag} y="`">')
        return f"{opened}{self._pick('', ' ', chr(10))}{self._inline(depth)}{self._pick('', '', '-->', f'</{tag}>')}"

    def _indented(self, depth: int) -> str:
        return self._pick("    ", "\t", "     ") + self._inline(depth)

    # Words

    def _inline(self, depth: int) -> str:
        kind = self.chance.randrange(14)
        if kind <= 2:
            return self.chance.choice(_WORDS)
        if kind <= 4:
            return self._disguised(self._address(), self._pick_share())
        if kind <= 6:
            return self._disguised(self.chance.choice(_MENTIONS), self._pick_share())
        if kind == 7:
            return self._disguised(self._link(depth), self._pick_share() / 2)
        if kind == 8:
            return self._pick("<", "\\<", "\uff1c", "<") + self._address() + self._pick(">", "|x>", "", "\\>")
        if kind == 9:
            marks = self._pick("`", "`", "``", "```")
            return f"{marks}{self._inline(depth - 1) if depth else 'x|y'}{self._pick(marks, marks, '`', '')}"
        if kind == 10:
            marks = self._pick("*", "**", "_", "~~", "~")
            return f"{marks}{self._inline(depth - 1) if depth else 'x'}{self._pick(marks, marks, '')}"
        if kind == 11:
            return self._broken_address()
        return "".join(self.chance.choice(_NOISE + _WORDS) for _ in range(self.chance.randint(1, 4)))

    def _link(self, depth: int) -> str:
        text = self._inline(depth - 1) if depth else self._pick("x", "1", "")
        target = self._pick("{0}", "<{0}>", " {0} ", "\n{0}", '{0} "t"', "{0} 'a`b'").format(self._address())
        return self._pick("", "", "!", "\\!") + f"[{text}]({target})"

    def _address(self) -> str:
        host = self._host()
        kind = self.chance.randrange(9)
        if kind <= 2:
            return f"{self.chance.choice(_SCHEMES)}://{host}{self._path()}"
        if kind == 3:
            return host + self._path()
        if kind == 4:
            return f"{self._pick('eve', 'a.b', 'x+y', '`a`', 'a`b`c')}@{self._pick(host, 'localhost', host)}"
        if kind == 5:
            return f"www{self._dot()}{host}"
        if kind == 6:
            return f"//{host}"
        if kind == 7:
            return f"{self.chance.choice(_BARE_SCHEMES)}{self._pick('eve@' + host, 'x', host)}"
        return self._pick(
            "10.0.0.1:8080/x", "http://localhost:8080", "http://[::1]/x", "https://x", "//x", "https:/x.fr"
        )

    def _broken_address(self) -> str:
        """An address with something between that the filter takes out, or that rendering does."""
        address = self._address()
        at = self.chance.randint(0, len(address))
        between = self._pick(
            "[9]", "[9, 9]", "<s>", "**", "*x*", "_", "&#8203;", "\u200b", "[](x)", "&nbsp;", "~~", "\\"
        )
        return address[:at] + between + address[at:]

    def _host(self) -> str:
        labels = [self.chance.choice(_LABELS) for _ in range(self.chance.choice((1, 1, 1, 2)))]
        if self._sometimes(0.05):
            return f"evil\u2488{self.chance.choice(_TOP_LEVEL)}"
        return self._dot().join([*labels, self.chance.choice(_TOP_LEVEL)])

    def _dot(self) -> str:
        return self.chance.choice(_DOTS)

    def _path(self) -> str:
        return self._pick("", "", "/", "/x?d=1", "/a_b", "/(x)", ":80/#y", "/*a*", "/`x`", "/a\\_b")

    def _space(self) -> str:
        return self.chance.choice(_SPACES)

    def _pick_share(self) -> float:
        return self.chance.choice((0.0, 0.0, 0.1, 0.3, 1.0))

    def _disguised(self, text: str, share: float) -> str:
        if not share:
            return text
        how = self.chance.choice(
            (self._escaped, self._escaped, self._entity, self._entity, self._wide, self._with_hidden)
        )
        return "".join(how(one) if self._sometimes(share) else one for one in text)

    def _escaped(self, one: str) -> str:
        return f"\\{one}" if one in _PUNCTUATION else one

    def _entity(self, one: str) -> str:
        forms = (
            f"&#{ord(one)};",
            f"&#x{ord(one):x};",
            _NAMED.get(one, one),
            f"&amp;#{ord(one)};",
            f"&#X{ord(one):06X};",
        )
        return self.chance.choice(forms)

    def _wide(self, one: str) -> str:
        return chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one

    def _with_hidden(self, one: str) -> str:
        return one + self.chance.choice(_INVISIBLE + _SPACES[:1])
