from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_json_gives_its_values_its_records_as_a_table_and_headings_for_what_is_nested(tmp_path: Path) -> None:
    reading = read_document_file(samples.json(tmp_path / "a.json"))
    assert reading.title == "Machines"
    assert reading.elements == [
        Element("title: Machines\nversion: 1.10\nactive: true"),
        Element("hosts", "heading", 1),
        Element("", "table", rows=(("name", "ip"), ("web1", "10.0.0.1"), ("web2", "10.0.0.2"))),
        Element("owner", "heading", 1),
        Element("team: Ops"),
        Element("tags", "heading", 2),
        Element("night", "list", 1),
        Element("day", "list", 1),
    ]


def test_a_value_on_each_line_is_read_as_a_list(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"day": "Monday", "who": "Ana"}\n{"day": "Tuesday", "who": "Bob"}\n')
    assert read_document_file(path).elements == [
        Element("", "table", rows=(("day", "who"), ("Monday", "Ana"), ("Tuesday", "Bob"))),
    ]


def test_broken_json_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": 1,\n "b": }')
    with pytest.raises(UnreadableDocument, match=r"^a\.json is not JSON from line 2, column 7 on: correct it, or drop"):
        read_document_file(path)


def test_records_that_differ_stand_each_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"name": "web1", "roles": ["front", "cache"]}, {"name": "db", "size": 1e400}]')
    assert read_document_file(path).elements == [
        Element("web1", "heading", 1),
        Element("name: web1"),
        Element("roles", "heading", 2),
        Element("front", "list", 1),
        Element("cache", "list", 1),
        Element("db", "heading", 1),
        Element("name: db\nsize: 1e400"),
    ]


def test_xml_gives_prose_with_its_tags_removed_and_records_as_a_table(tmp_path: Path) -> None:
    reading = read_document_file(samples.xml(tmp_path / "a.xml"))
    assert reading.title == "Accès"
    assert reading.elements == [
        Element("title: Accès"),
        Element("section: Badges", "heading", 1),
        Element("id: a\ntitle: Badges\npara: Rendez le badge au départ."),
        Element("door", "heading", 1),
        Element("", "table", rows=(("code", "room"), ("1", "Hall"), ("2", "Cave"))),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]><a>&c;</a>', "defines XML entities, which may burst"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "holds no text"),
        ('<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "&b;">]><a>&b;</a>', "defines XML entities"),
        (f'<!DOCTYPE a [<!ENTITY b "{"lol " * 9000}">]><a>{"&b;" * 9000}</a>', "defines XML entities"),
        ("<a><b>cut", "is damaged, its XML breaks off or goes wrong in line 1"),
        ("<a>" * 5000 + "x" + "</a>" * 5000, "is nested too deeply"),
    ],
    ids=["bomb", "file", "loop", "many", "truncated", "deep"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_hostile_xml_is_refused(tmp_path: Path, content: str, sentence: str, encoding: str) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>{content}'.encode(encoding))
    with pytest.raises(UnreadableDocument, match=sentence):
        read_document_file(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '<!DOCTYPE a [<!ENTITY city "Saint-Étienne">]><a>Office in &city;, <b>near &city;</b></a>',
            "Office in Saint-Étienne, near Saint-Étienne",
        ),
        ('<!DOCTYPE a SYSTEM "a.dtd"><a>Café fermé le lundi</a>', "Café fermé le lundi"),
        ('<!DOCTYPE a PUBLIC "x" "http://127.0.0.1:9/a.dtd"><a>Caf&eacute; le lundi</a>', "Café le lundi"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>The rest &b; is read</a>', "The rest is read"),
        ('<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a>The rest is read</a>', "The rest is read"),
        ('<!DOCTYPE a [<!ELEMENT a (#PCDATA)><!ATTLIST a b CDATA "x">]><a>Defined</a>', "Defined"),
    ],
    ids=["text", "a file of definitions", "an address", "a file", "a file of more definitions", "elements"],
)
def test_a_document_with_definitions_is_read_and_nothing_is_fetched(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(content, encoding="utf-8")
    assert [element.text for element in read_document_file(path).elements] == [words]


def test_deep_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" * 100_000 + "]" * 100_000)
    with pytest.raises(UnreadableDocument, match=r"^a\.json is nested too deeply to be read: drop a flatter copy"):
        read_document_file(path)
