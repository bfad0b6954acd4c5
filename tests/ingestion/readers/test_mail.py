from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element
from ingestion.readers.mail import read_eml, read_msg
from tests.ingestion.readers import samples

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
