"""Pack an Office file so that the same content gives the same bytes. Word, slides and workbook use it."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_PROPERTIES = "docProps/core.xml"


def make_reproducible(packed: bytes, written_on: date) -> bytes:
    """Set every time in the archive to one day: libraries write the time of the run."""
    result = BytesIO()
    stamp = f"{written_on}T09:00:00Z".encode()
    with ZipFile(BytesIO(packed)) as source, ZipFile(result, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == _PROPERTIES:
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            entry = ZipInfo(name, (written_on.year, written_on.month, written_on.day, 9, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return result.getvalue()
