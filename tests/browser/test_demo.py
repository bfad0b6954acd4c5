"""The demo's first minute in a real browser, with everything behind the page at work."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from fpdf import FPDF
from playwright.async_api import FilePayload, expect

from bot.slack.i18n.texts_fr import FRENCH
from tests.doubles.ollama import Faults, running_ollama
from tests.scenario.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import BrowserContext, Locator, Page

    from tests.scenario.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]
SAMPLES = ("Guide du télétravail.pdf", "astreinte.md", "Expense policy.docx")
_ANSWER_MS = 20_000
_READ_MS = 60_000
_DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "application/pdf" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The demo with a chat model that takes its time, as models do."""
    async with (
        running_ollama(faults=Faults(between_tokens=0.06)) as ollama,
        open_office(tmp_path_factory.mktemp("demo"), SAMPLES, OLLAMA_URL=ollama.url) as office,
    ):
        yield office


@pytest_asyncio.fixture(loop_scope="package")
async def desk(context: BrowserContext, office: Office) -> AsyncIterator[Page]:
    """The page as Camille sees it; at the end it has shown no error and asked for nothing foreign."""
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(office.demo.url) else problems.append(asked.url))
    await page.goto(office.demo.url)
    await expect(page.get_by_test_id("bot-status")).to_have_attribute("data-connected", "true")
    yield page
    await page.evaluate("localStorage.clear()")
    await page.close()
    assert problems == []


async def test_a_question_in_a_channel_is_answered_in_french_in_its_thread(desk: Page) -> None:
    answer = await _ask(desk, "@souffleur combien de jours de télétravail ?")
    await expect(answer).to_have_attribute("data-streaming", "true", timeout=_ANSWER_MS)
    await expect(answer).to_have_attribute("data-streaming", "false", timeout=_ANSWER_MS)
    await expect(answer).to_contain_text("Selon les documents")
    await expect(answer).to_contain_text("Sources")
    await expect(answer).to_contain_text(re.compile(r"\[1\] Guide du télétravail, p\. \d"))


async def test_a_dropped_pdf_is_asked_about_and_its_source_opens_at_the_page(desk: Page, office: Office) -> None:
    content = base64.b64encode(_pdf()).decode()
    await desk.evaluate(_DROP, ["Charte du potager.pdf", content])
    dropped = desk.locator('[data-testid="folder-file"][data-path="Charte du potager.pdf"]')
    await expect(dropped).to_have_attribute("data-state", re.compile("words|meaning"), timeout=_READ_MS)
    answer = await _ask(desk, "@souffleur Qui arrose le potager ?")
    await expect(answer).to_contain_text("Zéphyrine", timeout=_ANSWER_MS)
    source = answer.locator('a[href*="Charte"]').last  # the documents read come first
    await expect(source).to_be_visible(timeout=_ANSWER_MS)
    address = await source.get_attribute("href")
    assert address == f"{office.demo.url}/files/Charte%20du%20potager.pdf#page=2"
    document = await desk.request.get(address)
    assert document.headers["content-type"] == "application/pdf"
    assert (await document.body()).startswith(b"%PDF")


async def test_the_app_home_shows_an_admin_the_documents(desk: Page) -> None:
    await desk.get_by_test_id("act-as").select_option("UALICE")
    await desk.get_by_test_id("home-tab").click()
    home = desk.get_by_test_id("home-view")
    await expect(home).to_contain_text("Documents (")
    await expect(home).to_contain_text("Guide du télétravail")
    await expect(home).to_contain_text("par mots")


async def test_what_an_admin_sends_in_a_direct_message_is_filed_where_they_choose(desk: Page, office: Office) -> None:
    (office.demo.documents / "notes").mkdir()
    await desk.get_by_test_id("act-as").select_option("UALICE")
    await _send(desk, "Charte.txt")
    menu = desk.get_by_test_id("thread-pane").locator("select")
    await menu.select_option(label="notes")
    await desk.get_by_role("button", name=FRENCH.cancel).click()
    await expect(menu).to_have_value("")
    await menu.select_option(label="notes")
    await desk.get_by_role("button", name=FRENCH.filing_yes).click()
    await expect(desk.get_by_test_id("thread-pane")).to_contain_text("Charte.txt est dans notes", timeout=_ANSWER_MS)
    filed = desk.locator('[data-testid="folder-file"][data-path="notes/Charte.txt"]')
    await expect(filed).to_have_attribute("data-state", re.compile("words|meaning"), timeout=_READ_MS)


async def test_others_are_told_who_may_file(desk: Page, office: Office) -> None:
    await desk.get_by_test_id("act-as").select_option("UCAMILLE")
    await _send(desk, "Mienne.txt")
    await expect(desk.get_by_test_id("thread-pane")).to_contain_text("Alice Martin", timeout=_ANSWER_MS)
    assert not list(office.demo.documents.rglob("Mienne.txt"))


async def _send(page: Page, name: str) -> None:
    """Send a file to the bot, and open the thread in which it answers."""
    await page.get_by_test_id("home-tab").click()
    await page.get_by_role("button", name="Messages").click()
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Send a file to Souffleur").click()
    content = FilePayload(name=name, mimeType="text/plain", buffer=b"Les outils se rangent le vendredi.")
    await (await chosen.value).set_files(content)
    await page.get_by_test_id("message-list").get_by_text("1 reply").click(timeout=_ANSWER_MS)


async def _ask(page: Page, question: str) -> Locator:
    """Ask in #rh as anyone would; the bot's message in the thread that opens."""
    await page.get_by_test_id("channel-rh").click()
    composer = page.get_by_test_id("composer")
    await composer.fill(question)
    await composer.press("Enter")
    answer = page.get_by_test_id("thread-pane").locator('[data-testid="message"][data-user="USOUFFLEUR"]')
    await expect(page.get_by_test_id("thread-pane")).to_contain_text(question.removeprefix("@souffleur "))
    await expect(answer).to_be_visible(timeout=_ANSWER_MS)
    return answer


def _pdf() -> bytes:
    # More of it would fill the 64 numbers of the stand-in's vectors, so that they say nothing of the first sentence.
    rules = "Chacun range les outils après usage. " * 4
    pdf = FPDF()
    for heading, text in (("Outils", rules), ("Arrosage", f"Zéphyrine arrose le potager le mardi. {rules}")):
        pdf.add_page()
        pdf.set_font("Helvetica", style="B", size=22)
        pdf.cell(0, 16, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, text)
    return bytes(pdf.output())
