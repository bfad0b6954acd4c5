"""Lists all formats of files: which suffix, which first bytes, which reader, and what people call the format."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.core.failure_codes import FailureCode


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a format is recognized and read.

    `reader` names a module below `ingestion.readers` and its function, so that only the needed parsers are imported.
    Content of this format starts with one of `first_bytes`, or is a zip file with the part `zip_part` or the type
    `zip_type`, or an OLE file with one of `ole_parts`. `mark` (a place and the bytes there) cannot tell the format from
    others: it is asked of files with the suffix alone. `preferred_suffix` is the usual suffix of the format, if it is
    another one. LibreOffice converts the format to `converted_to` before it is read.
    """

    reader: tuple[str, str]
    label: FailureCode = FailureCode.TEXT
    first_bytes: tuple[bytes, ...] = ()
    zip_part: str = ""
    zip_type: bytes = b""
    ole_parts: tuple[str, ...] = ()
    mark: tuple[int, bytes] = (0, b"")
    preferred_suffix: str = ""
    converted_to: str = ""

    @property
    def holds_documents(self) -> bool:
        """Whether other documents are inside: a mail or an archive."""
        return self.reader[0].startswith("containers.")

    @property
    def needs_folder(self) -> bool:
        """Whether its reader may write files: as LibreOffice converts it or a document inside, or to decrypt it."""
        return bool(self.converted_to) or self.holds_documents or self.reader == _BINARY_EXCEL


_IMAGE = ("images.ocr", "read_image")
_HTML = ("markup.html", "read_html")
_MARKDOWN = ("markup.html", "read_markdown")
_EML = ("containers.mail", "read_eml")
_JSON = ("text.json_and_xml", "read_json")
_CALENDAR = ("text.marked_text", "read_calendar")
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
_OLD_WORD = FileFormat(
    ("old_office.documents", "read_doc"),
    FailureCode.A_WORD_DOCUMENT,
    ole_parts=("WordDocument",),
    converted_to=".docx",
)
_OLD_POWERPOINT = FileFormat(
    ("old_office.documents", "read_ppt"),
    FailureCode.A_POWERPOINT_FILE,
    ole_parts=("PowerPoint Document",),
    converted_to=".pptx",
)
_BINARY_EXCEL = ("old_office.workbooks", "read_binary_workbook")
_OLD_EXCEL = FileFormat(_BINARY_EXCEL, FailureCode.AN_EXCEL_FILE, ole_parts=("Workbook", "Book"))
_HEIC = FileFormat(_IMAGE, FailureCode.A_PICTURE, mark=(4, b"ftyp"))
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
    ".potm": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".xlsx": _EXCEL,
    ".xlsm": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xltx": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xltm": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xlsb": FileFormat(_BINARY_EXCEL, FailureCode.AN_EXCEL_FILE, zip_part="xl/workbook.bin"),
    ".doc": _OLD_WORD,
    ".dot": replace(_OLD_WORD, preferred_suffix=".doc"),
    ".ppt": _OLD_POWERPOINT,
    ".pps": replace(_OLD_POWERPOINT, preferred_suffix=".ppt"),
    ".pot": replace(_OLD_POWERPOINT, preferred_suffix=".ppt"),
    ".xls": _OLD_EXCEL,
    ".xlt": replace(_OLD_EXCEL, preferred_suffix=".xls"),
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
    ".odg": FileFormat(
        ("opendocument.sheets_and_slides", "read_odp"),
        FailureCode.AN_OPENDOCUMENT_FILE,
        zip_type=b"application/vnd.oasis.opendocument.graphics",
    ),
    ".svg": FileFormat(("markup.svg", "read_svg")),
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
    ".msg": FileFormat(
        ("containers.mail", "read_msg"), FailureCode.AN_OUTLOOK_MESSAGE, ole_parts=("__properties_version1.0",)
    ),
    ".png": FileFormat(_IMAGE, FailureCode.A_PNG_PICTURE, (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": FileFormat(_IMAGE, FailureCode.A_JPEG_PICTURE, (b"\xff\xd8\xff",)),
    ".jpeg": FileFormat(_IMAGE, FailureCode.A_JPEG_PICTURE, preferred_suffix=".jpg"),
    ".tif": FileFormat(_IMAGE, FailureCode.A_TIFF_PICTURE, _TIFF_BYTES),
    ".tiff": FileFormat(_IMAGE, FailureCode.A_TIFF_PICTURE, preferred_suffix=".tif"),
    ".webp": FileFormat(_IMAGE, FailureCode.A_PICTURE, mark=(8, b"WEBP")),
    ".bmp": FileFormat(_IMAGE, FailureCode.A_PICTURE, mark=(0, b"BM")),
    ".gif": FileFormat(_IMAGE, FailureCode.A_PICTURE, mark=(0, b"GIF8")),
    ".heic": _HEIC,
    ".heif": _HEIC,
    ".zip": FileFormat(("containers.archives", "read_zip"), FailureCode.AN_ARCHIVE, mark=(0, b"PK")),
    ".tar": FileFormat(("containers.archives", "read_tar"), FailureCode.AN_ARCHIVE, mark=(257, b"ustar")),
    ".tgz": FileFormat(("containers.archives", "read_tar"), FailureCode.AN_ARCHIVE, mark=(0, b"\x1f\x8b")),
}
SUPPORTED_SUFFIXES = tuple(FORMATS)
