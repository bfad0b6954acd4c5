from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.containers.mail import read_eml, read_msg
from ingestion.readers.elements import Element
from tests.ingestion.readers import samples
from tests.ingestion.readers.compound_files import message, narrow_message, write_compound

if TYPE_CHECKING:
    from pathlib import Path


def test_a_mail_gives_subject_people_text_and_what_is_attached(tmp_path: Path) -> None:
    reading = read_eml(samples.eml(tmp_path / "mail.eml"))
    assert reading.title == "Réunion de lundi"
    assert reading.elements == [
        Element("Réunion de lundi", "heading", 1),
        Element("From: Ana <ana@maison.example> · Date: Mon, 02 Nov 2026 10:00:00 +0100 · To: bob@maison.example"),
        Element("Bonjour,"),
        Element("La réunion est à 10 h."),
        Element("Attached: ordre du jour.pdf"),
    ]


def test_a_plain_mail_without_a_subject_bears_its_files_name(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"] = "ana@maison.example"
    mail.set_content("Une ligne.\n")
    (tmp_path / "note.eml").write_bytes(bytes(mail))
    reading = read_eml(tmp_path / "note.eml")
    assert reading.title == "note"
    assert [element.text for element in reading.elements] == ["From: ana@maison.example", "Une ligne."]


def test_an_outlook_message_gives_subject_people_text_and_what_is_attached(tmp_path: Path) -> None:
    reading = read_msg(samples.msg(tmp_path / "mail.msg"))
    assert reading.title == "Réunion de lundi"
    assert reading.elements == [
        Element("Réunion de lundi", "heading", 1),
        Element("From: <ana@maison.example> · To: Bob <bob@maison.example>"),
        Element("Bonjour,"),
        Element("la réunion est à 10 h."),
        Element("Attached: ordre du jour.pdf"),
    ]


def test_every_part_of_a_mail_is_read_and_an_attachment_with_it(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Vault"
    mail.set_content("First body.\n")
    mail.add_attachment("Second body.\n", disposition="inline")
    mail.add_attachment(b"The vault opens at nine.", maintype="text", subtype="plain", filename="rules.txt")
    inner = EmailMessage()
    inner["Subject"] = "Forwarded"
    inner.set_content("Third body.\n")
    mail.add_attachment(inner)
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    assert [element.text for element in read_eml(tmp_path / "a.eml").elements] == [
        *("Vault", "First body.", "Second body.", "Forwarded", "Third body."),
        "Attached: rules.txt",
    ]


def test_an_unknown_or_wrong_character_set_costs_no_word(tmp_path: Path) -> None:
    head = b"Subject: Vault\nContent-Type: text/plain; charset=%b\nContent-Transfer-Encoding: 8bit\n\n"
    for charset in (b"x-unknown-9", b"us-ascii"):
        (tmp_path / "a.eml").write_bytes(head % charset + "Réunion à neuf heures.".encode())
        assert read_eml(tmp_path / "a.eml").elements[-1].text == "Réunion à neuf heures."


def test_hidden_words_of_an_attached_page_are_left_out_and_counted(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Vault"
    mail.set_content("Seen.\n")
    content = b"<p>Seen too.</p><p style='display:none'>Secret</p>"
    mail.add_attachment(content, maintype="text", subtype="html", filename="a.html")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    reading = read_eml(tmp_path / "a.eml")
    (page,) = reading.members
    assert page.document is not None
    assert ("Secret" in str(reading), page.document.hidden) == (False, 1)


@pytest.mark.parametrize(
    ("code_pages", "encoding", "words"),
    [
        ({0x3FDE: 950}, "cp950", "格式測試"),
        ({0x3FFD: 1251}, "cp1251", "Сейф открывается"),
        ({0x3FDE: 65001, 0x3FF1: 1031}, "cp1252", "öäü"),
        ({0x3FF1: 1045}, "cp1250", "Księgowość"),
        ({0x3FDE: 65001}, "utf-8", "Réunion à neuf"),
    ],
    ids=["of the internet", "of the message", "of the language", "of another language", "UTF-8"],
)
def test_an_outlook_message_is_read_in_the_code_page_that_fits(
    tmp_path: Path, code_pages: dict[int, int], encoding: str, words: str
) -> None:
    path = write_compound(tmp_path / "a.msg", narrow_message(f"Re {words}", words, encoding, code_pages))
    reading = read_msg(path)
    assert reading.title == f"Re {words}"
    assert [element.text for element in reading.elements] == [
        f"Re {words}",
        f"From: {words} <ana@maison.example> · To: {words} <bob@maison.example>",
        words,
    ]


def test_a_message_inside_an_outlook_message_is_read(tmp_path: Path) -> None:
    outer = message("Outer", "First words.", "ana@maison.example")
    outer["__attach_version1.0_#00000000"] = {
        "__properties_version1.0": bytes(8),
        "__substg1.0_3701000D": message("Inner", "Second words.", "bob@maison.example"),
    }
    texts = [element.text for element in read_msg(write_compound(tmp_path / "a.msg", outer)).elements]
    assert texts[0::2] == ["Outer", "First words.", "From: <bob@maison.example> · To: Bob <bob@maison.example>"]
    assert texts[3::2] == ["Inner", "Second words."]


_PACKED = (  # the example of the format's specification
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_a_message_whose_body_is_rich_text_alone_is_read_and_so_are_files_of_a_message_inside(tmp_path: Path) -> None:
    rich = rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}The vault opens at nine.\htmlrtf\par\htmlrtf0}"
    inner = message("Inner", "", "bob@maison.example", attached="vault.txt")
    inner["__substg1.0_10090102"] = bytes.fromhex(_PACKED)
    inner["__attach_version1.0_#00000000"]["__substg1.0_37010102"] = b"Nine of us."  # type: ignore[index]
    outer = message("Outer", "", "ana@maison.example")
    outer["__substg1.0_10090102"] = bytes(4) + len(rich).to_bytes(4, "little") + b"MELA" + bytes(4) + rich
    outer["__attach_version1.0_#00000000"] = {
        "__properties_version1.0": bytes(8),
        "__substg1.0_3701000D": inner,
    }
    reading = read_msg(write_compound(tmp_path / "a.msg", outer))
    texts = [element.text for element in reading.elements]
    assert {"The vault opens at nine.", "hello world"} <= set(texts)
    assert [member.name for member in reading.members] == ["vault.txt"]


def test_a_text_without_a_name_is_a_body_and_a_file_without_one_is_read(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Vault"
    mail.set_content("First body.\n")
    mail.add_attachment("Second body.\n", disposition="attachment")
    mail.add_attachment(b'{"opens": "nine"}', maintype="application", subtype="json")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    assert [element.text for element in read_eml(tmp_path / "a.eml").elements] == [
        *("Vault", "First body.", "Second body."),
        "Attached: attachment.json",
    ]
    (member,) = read_eml(tmp_path / "a.eml").members
    assert member.document is not None
    assert [element.text for element in member.document.elements] == ["opens: nine"]


def test_an_invitation_beside_the_words_of_a_mail_is_read(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Vault check"
    mail.set_content("You are invited.\n")
    mail.add_alternative("<p>You are invited.</p>", subtype="html")
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Check\nDTSTART:20261102T090000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    mail.add_alternative(event, subtype="calendar")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    texts = [element.text for element in read_eml(tmp_path / "a.eml").elements]
    assert texts.count("You are invited.") == 1
    (member,) = read_eml(tmp_path / "a.eml").members
    assert member.document is not None
    assert member.document.elements[-1].text == "Dtstart: 2026-11-02 09:00 UTC"
