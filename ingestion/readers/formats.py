"""Lists all formats of files: which suffix, which first bytes, which reader, and what people call the format."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.core.failure_codes import FailureCode


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a format is recognized and read.

    `reader` names a module below `ingestion.readers` and its function, so that only the needed parsers are imported.
    Content of this format starts with one of `first_bytes`, or is a zip file with the part `zip_part` or the type
    `zip_type`. `preferred_suffix` is the usual suffix of the format, if it is another one.
    """

    reader: tuple[str, str]
    label: FailureCode = FailureCode.TEXT
    first_bytes: tuple[bytes, ...] = ()
    zip_part: str = ""
    zip_type: bytes = b""
    preferred_suffix: str = ""


_IMAGE = ("images.image_files", "read_image")
_HTML = ("markup.html", "read_html")
_MARKDOWN = ("markup.html", "read_markdown")
_EML = ("containers.mail", "read_eml")
_JSON = ("text.json_and_xml", "read_json")
_CALENDAR = ("text.calendars", "read_calendar")
_SUBTITLES = ("text.marked_text", "read_subtitles")
_CODE = (
    "log diff patch yaml yml toml ini cfg conf properties sql proto py js mjs ts jsx tsx vue css scss graphql java kt "
    "scala go rs c h cpp hpp cc cs rb php swift lua pl r jl sh bash ps1 bat tf gradle cmake"
)
_CODE_SUFFIXES = tuple(f".{name}" for name in _CODE.split())
_CSV = ("text.text_files", "read_csv")
_TIFF_BYTES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WORD = FileFormat(
    ("office.word_and_powerpoint", "read_docx"), FailureCode.A_WORD_DOCUMENT, zip_part="word/document.xml"
)
_POWERPOINT = FileFormat(
    ("office.word_and_powerpoint", "read_pptx"), FailureCode.A_POWERPOINT_FILE, zip_part="ppt/presentation.xml"
)
_EXCEL = FileFormat(("office.excel", "read_xlsx"), FailureCode.AN_EXCEL_FILE, zip_part="xl/workbook.xml")
FORMATS: dict[str, FileFormat] = {
    ".pdf": FileFormat(("pdf.reader", "read_pdf"), FailureCode.A_PDF),
    ".docx": _WORD,
    ".docm": replace(_WORD, preferred_suffix=".docx"),
    ".dotx": replace(_WORD, preferred_suffix=".docx"),
    ".dotm": replace(_WORD, preferred_suffix=".docx"),
    ".pptx": _POWERPOINT,
    ".pptm": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".ppsx": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".ppsm": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".potx": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".xlsx": _EXCEL,
    ".xlsm": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xltx": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xltm": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".odt": FileFormat(
        ("opendocument.odt", "read_odt"),
        FailureCode.AN_OPENDOCUMENT_TEXT,
        zip_type=b"application/vnd.oasis.opendocument.text",
    ),
    ".rtf": FileFormat(("text.rtf", "read_rtf"), FailureCode.A_RICH_TEXT_FILE, (b"{\\rtf",)),
    ".epub": FileFormat(("markup.epub", "read_epub"), FailureCode.AN_EPUB_BOOK, zip_type=b"application/epub+zip"),
    ".ods": FileFormat(
        ("opendocument.sheets_and_slides", "read_ods"),
        FailureCode.AN_OPENDOCUMENT_FILE,
        zip_type=b"application/vnd.oasis.opendocument.spreadsheet",
    ),
    ".odp": FileFormat(
        ("opendocument.sheets_and_slides", "read_odp"),
        FailureCode.AN_OPENDOCUMENT_FILE,
        zip_type=b"application/vnd.oasis.opendocument.presentation",
    ),
    ".xhtml": FileFormat(_HTML),
    ".mhtml": FileFormat(_EML),
    ".mht": FileFormat(_EML),
    ".mbox": FileFormat(("containers.mail", "read_mbox")),
    ".ics": FileFormat(_CALENDAR),
    ".vcf": FileFormat(_CALENDAR),
    ".ipynb": FileFormat(("text.notebooks", "read_notebook")),
    ".jsonl": FileFormat(_JSON),
    ".ndjson": FileFormat(_JSON),
    ".org": FileFormat(("text.marked_text", "read_org")),
    ".adoc": FileFormat(("text.marked_text", "read_asciidoc")),
    ".asciidoc": FileFormat(("text.marked_text", "read_asciidoc")),
    ".tex": FileFormat(("text.marked_text", "read_latex")),
    ".srt": FileFormat(_SUBTITLES),
    ".vtt": FileFormat(_SUBTITLES),
    **dict.fromkeys(_CODE_SUFFIXES, FileFormat(("text.marked_text", "read_code"))),
    ".html": FileFormat(_HTML),
    ".htm": FileFormat(_HTML),
    ".md": FileFormat(_MARKDOWN),
    ".markdown": FileFormat(_MARKDOWN),
    ".rst": FileFormat(("markup.rst", "read_rst")),
    ".txt": FileFormat(("text.text_files", "read_plain_text")),
    ".csv": FileFormat(_CSV),
    ".tsv": FileFormat(_CSV),
    ".json": FileFormat(_JSON),
    ".xml": FileFormat(("text.json_and_xml", "read_xml")),
    ".eml": FileFormat(_EML),
    ".msg": FileFormat(("containers.mail", "read_msg"), FailureCode.AN_OUTLOOK_MESSAGE),
    ".png": FileFormat(_IMAGE, FailureCode.A_PNG_PICTURE, (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": FileFormat(_IMAGE, FailureCode.A_JPEG_PICTURE, (b"\xff\xd8\xff",)),
    ".jpeg": FileFormat(_IMAGE, FailureCode.A_JPEG_PICTURE, preferred_suffix=".jpg"),
    ".tif": FileFormat(_IMAGE, FailureCode.A_TIFF_PICTURE, _TIFF_BYTES),
    ".webp": FileFormat(_IMAGE, FailureCode.A_PICTURE),
    ".bmp": FileFormat(_IMAGE, FailureCode.A_PICTURE),
    ".gif": FileFormat(_IMAGE, FailureCode.A_PICTURE),
    ".zip": FileFormat(("containers.archives", "read_zip"), FailureCode.AN_ARCHIVE),
    ".tar": FileFormat(("containers.archives", "read_tar"), FailureCode.AN_ARCHIVE),
    ".tgz": FileFormat(("containers.archives", "read_tar"), FailureCode.AN_ARCHIVE),
    ".tiff": FileFormat(_IMAGE, FailureCode.A_TIFF_PICTURE, preferred_suffix=".tif"),
}
SUPPORTED_SUFFIXES = tuple(FORMATS)
