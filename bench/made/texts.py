"""Makes text files, mails and archives with unusual features, each of which holds words of its own."""

from __future__ import annotations

import base64
import json
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HTML = (
    "<html><head><title>htitled</title></head><body><h1>hheaded</h1><details><summary>hsummed</summary><p>hfolded</p>"
    "</details><figure><figcaption>hcaptioned</figcaption></figure><table><caption>htable</caption><tr><th colspan=2>"
    "hmerged<tr><td>hcelled<td><ul><li>hlisted<ol><li>hnested</ol></ul></table><p dir=rtl>مرحبا</p><p>h<b>split</b></p>"
    "<select><option>hchosen</select><p style='display:none'>hsecret</p><ruby>漢<rt>hruby</rt></ruby>{}</body></html>"
)
_SEEN_IN_HTML = {
    "htitled", "hheaded", "hsummed", "hfolded", "hcaptioned", "htable", "hmerged", "hcelled", "hlisted", "hnested",
    "مرحبا", "hsplit",
}  # fmt: skip
_MARKDOWN = (
    "---\ntitle: mtitled\n---\n# mheaded\n\n> mquoted\n\n- mlisted\n    1. mnested\n\n| mcolumn |\n|---|\n"
    "| mcelled |\n\n"
    "```py\nmcoded\n```\n\nText[^1] with [mlinked](https://x.test).\n\n[^1]: mnoted\n"
)
_RST = (
    "rheaded\n=======\n\n.. note:: rnoted\n\nrterm\n  rdefined\n\n+-------+\n| rcell |\n+-------+\n\n.. [1] rfooted\n"
)
_CODE_PAGES = [
    ("cp1252", "Trésorerie à côté"),
    ("utf-16", "Trésorerie côté"),
    ("utf-16-le", "Réunion du matin à neuf heures"),
    ("cp1251", "Сейф открывается в девять часов утра каждый день"),
    ("shift_jis", "金庫は朝九時に開きます。金庫は毎日開きます。"),
    ("gb18030", "金库早上九点开门，每天都开门。"),
    ("mac_roman", "Plain words alone"),
]


def make_texts(folder: Path) -> dict[Path, tuple[set[str], set[str]]]:
    """Write the files; return for each the words that people see in it, and those that they do not."""
    made: dict[Path, tuple[set[str], set[str]]] = {}

    def write(name: str, content: str | bytes, seen: set[str], hidden: set[str] | None = None) -> None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        made[folder / name] = seen, hidden or set()

    page = _HTML.format("")
    for name in ("a.html", "a.htm", "a.xhtml"):
        write(name, page, _SEEN_IN_HTML, {"hsecret"})
    write("wide.html", page.encode("utf-16-be"), _SEEN_IN_HTML, {"hsecret"})
    write("export.xls", page, _SEEN_IN_HTML, {"hsecret"})
    for name in ("a.md", "a.markdown"):
        write(name, _MARKDOWN, {"mtitled", "mheaded", "mquoted", "mlisted", "mnested", "mcolumn", "mcelled", "mcoded"}
              | {"mlinked", "mnoted"})  # fmt: skip
    write("a.rst", _RST, {"rheaded", "rnoted", "rterm", "rdefined", "rcell", "rfooted"})
    for encoding, words in _CODE_PAGES:
        write(f"{encoding}.txt", f"{words}\n".encode(encoding), set(words.replace("，", " ").split()))
        write(f"{encoding}.csv", f"alpha;beta\n{words};12\n".encode(encoding), {*words.split(), "alpha", "beta", "12"})
    write("mixed.csv", "ville\nOrléans\n".encode("cp1252") + "Besançon\n".encode(), {"ville", "Orléans", "Besançon"})
    write("zeros.txt", b"The vault\0 opens at nine in the morning, says the rule.\n\0", {"vault", "opens", "rule"})
    write("a.tsv", "tcolumn\ttother\ntcell\tt2\n", {"tcolumn", "tother", "tcell", "t2"})
    write(
        "a.json", json.dumps({"jname": {"jinner": ["jvalue", {"jdeep": "été"}]}}), {"jname", "jinner", "jvalue", "été"}
    )
    write("a.jsonl", '{"jname": "jone"}\n{"jname": "jtwo"}\n', {"jname", "jone", "jtwo"})
    write("a.xml", '<!DOCTYPE a [<!ENTITY e "xentity">]><a b="xattribute">&e;<c><![CDATA[xdata]]></c></a>',
          {"xentity", "xattribute", "xdata"})  # fmt: skip
    write("a.yaml", "ykey: yvalue\n", {"ykey", "yvalue"})
    write("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:imeeting\nLOCATION:iplace\nEND:VEVENT\nEND:VCALENDAR\n",
          {"imeeting", "iplace"})  # fmt: skip
    write("a.vcf", "BEGIN:VCARD\nFN:vname\nORG:vfirm\nEND:VCARD\n", {"vname", "vfirm"})
    cells = [
        {"cell_type": "markdown", "source": ["# nheaded"]},
        {"cell_type": "code", "source": "ncoded", "outputs": []},
    ]
    write("a.ipynb", json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}), {"nheaded", "ncoded"})
    write("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nsspoken\n", {"sspoken"})
    write("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>sspoken\n", {"sspoken"})
    write("a.org", "* oheaded\n- olisted\n| ocelled | o2 |\n", {"oheaded", "olisted", "ocelled"})
    write("a.adoc", "= aheaded\n\n* alisted\n\n|===\n|acelled\n|===\n", {"aheaded", "alisted", "acelled"})
    write("a.tex", r"\documentclass{article}\begin{document}\section{lheaded}ltext\footnote{lnoted}\end{document}",
          {"lheaded", "ltext", "lnoted"})  # fmt: skip
    write("a.svg", '<svg xmlns="http://www.w3.org/2000/svg"><title>gtitled</title><g><text>gtext<tspan>gspan</tspan></text>'
          '<text visibility="hidden">gsecret</text></g></svg>', {"gtitled", "gtext", "gspan"} - {"gtext", "gspan"}
          | {"gtextgspan"}, {"gsecret"})  # fmt: skip
    write("a.py", "def pcoded() -> None: ...  # pnoted\n", {"pcoded", "pnoted"})
    write("a.eml", _mail(), {"esubject", "ebody", "eattached", "zinner"})
    rich = (
        rb"{\rtf1\ansi\ansicpg1252{\header rheaded\par}rplain {\b rbo}ld\par{\pard\intbl rcelled\cell\row}{\v rsecret}}"
    )
    write("a.rtf", rich, {"rheaded", "rplain", "rbold", "rcelled"}, {"rsecret"})
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("dir/inner.txt", "zpacked")
        archive.writestr("inner.eml", _mail())
    made[folder / "a.zip"] = {"zpacked", "ebody", "eattached", "zinner"}, set()
    return made


def _mail() -> bytes:
    inner = EmailMessage()
    inner["Subject"] = "zinner"
    inner.set_content("forwarded")
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "esubject", "ana@maison.example"
    mail.set_content("ebody", cte="base64")
    mail.add_alternative("<p>ebody</p>", subtype="html")
    mail.add_attachment(base64.b64encode(b"x").decode() + " eattached", filename="a.txt")
    mail.add_attachment(inner)
    return bytes(mail)
