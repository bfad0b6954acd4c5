"""Writes PDFs object by object, so that they can be wrong in ways that no program makes them."""

from __future__ import annotations

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_TEXT = b"BT /F 12 Tf 50 700 Td (Hello there, reader of the one page.) Tj ET"
_BOX = b"[0 0 600 800]"


def raw(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the first its catalog."""
    content = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(content))
    return content + head + table + trailer


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """An object that holds a stream."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def looping() -> bytes:
    """A page tree that is its own branch."""
    return raw([_CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])


def declaring(pages: int) -> bytes:
    """One page that says it is many."""
    return raw([_CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % pages, _page(b""), stream(_TEXT), _FONT])


def drawing(filters: bytes, content: bytes) -> bytes:
    """One page whose content is packed by these filters."""
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return raw([_CATALOG, tree, _page(b""), stream(content, b"/Filter [%b]" % filters), _FONT])


def placed(*texts: tuple[int, int, str]) -> bytes:
    """One page with these texts, each at its place from the left and from below, drawn in this order."""
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    drawn = b" ".join(b"BT /F 10 Tf %d %d Td (%b) Tj ET" % (x, y, text.encode("ascii")) for x, y, text in texts)
    return raw([_CATALOG, tree, _page(b""), stream(drawn), _FONT])


def repeated(content: bytes) -> bytes:
    """Two pages with the same content."""
    tree = b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"
    return raw([_CATALOG, tree, _page(b""), stream(content), _FONT])


def shifted(text: str) -> bytes:
    """One page whose font says that its letters are Korean syllables, far from each other in no order."""
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    drawn = b"BT /F 10 Tf 50 700 Td (%b) Tj ET" % text.encode("ascii")
    names = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <21> <7E> <D0A1> endbfrange "
        b"endcmap end end"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    return raw([_CATALOG, tree, _page(b""), stream(drawn), font, stream(names)])


def titled(title: bytes) -> bytes:
    """One page in a document of this title, which its one bookmark bears too; the title is in UTF-16."""
    written = b"/Title <FEFF%b>" % title.hex().encode()
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    outline = b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>"
    bookmark = b"<< %b /Parent 6 0 R /Dest [3 0 R /XYZ 0 792 null] >>" % written
    made = raw([catalog, tree, _page(b""), stream(_TEXT), _FONT, outline, bookmark, b"<< %b >>" % written])
    return made.replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 8 0 R")


def filled(
    value: str,
    *,
    drawn: bool = True,
    flags: int = 4,
    grey: int = 0,
    box: bytes = b"[50 500 300 520]",
    page_content: bytes = _TEXT,
) -> bytes:
    """One page with a line and a form's field under it; where it is not `drawn`, a viewer has to draw its value."""
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    fonts = b"<< /Font << /F 5 0 R >> >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /DR %b >> >>" % fonts
    page = _page(b"").replace(b"/Contents", b"/Annots [6 0 R] /Contents")
    look, written = b"/F 12 Tf %d g" % grey, value.encode("ascii")
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V (%b) /DA (%b) /F %d /Rect %b %b >>"
    field %= (written, look, flags, box, b"/AP << /N 7 0 R >>" if drawn else b"")
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 250 20] /Resources %b" % fonts
    drawing = stream(b"/Tx BMC q BT %b 2 5 Td (%b) Tj ET Q EMC" % (look, written), form)
    return raw([catalog, tree, page, stream(page_content), _FONT, field, drawing])


def annotated(
    words: bytes, kind: bytes, *, flags: int = 4, box: bytes = b"[50 500 300 520]", entries: bytes = b""
) -> bytes:
    """One page with a line, and an annotation of one kind over it; text boxes and stamps are drawn with the words."""
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = _page(b"").replace(b"/Contents", b"/Annots [6 0 R] /Contents")
    over = b"<< /Type /Annot /Subtype /%b /Contents (%b) /F %d /Rect %b /AP << /N 7 0 R >> %b >>"
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 250 20] /Resources << /Font << /F 5 0 R >> >>"
    is_written = kind in (b"FreeText", b"Stamp")
    drawing = stream(b"BT /F 12 Tf 2 5 Td (%b) Tj ET" % words if is_written else b"1 1 0 rg 0 0 20 20 re f", form)
    over %= (kind, words, flags, box, entries)
    return raw([_CATALOG, tree, page, stream(_TEXT), _FONT, over, drawing])


def layered(content: bytes, *inner: tuple[bytes, bytes], over: bytes = b"") -> bytes:
    """One page of this content, and forms with these entries and contents, which all may draw as /X0, /X1 and so on.

    /Clear, /Faint, /Masked and /Marker are graphics states. `over` is an annotation, drawn by the last form.
    """
    names = b" ".join(b"/X%d %d 0 R" % (n, n + 7) for n in range(len(inner)))
    states = (
        b"/Clear << /ca 0 >> /Faint << /ca 0.03 >> /Marker << /BM /Multiply >> "
        b"/Masked << /SMask << /Type /Mask /S /Luminosity /G 6 0 R >> >>"
    )
    more = b"/XObject << %b >> /ExtGState << %b >>" % (names, states)
    page = _page(more).replace(b"/Contents", b"/Annots [%b] /Contents" % over)
    kind = b"/Type /XObject /Subtype /Form /Resources << /Font << /F 5 0 R >> %b >> %%b" % more
    black = stream(b"", b"/Type /XObject /Subtype /Form /BBox %b /Group << /S /Transparency /CS /DeviceGray >>" % _BOX)
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    made = [stream(drawn, kind % entries) for entries, drawn in inner]
    return raw([_CATALOG, tree, page, stream(content), _FONT, black, *made])


def forms(deep: int, wide: int) -> bytes:
    """One page that draws a form, which draws the next many times, and so on: few bytes, endless drawing."""
    objects = [_CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", _page(b"/XObject << /X 6 0 R >>")]
    objects += [stream(b"/X Do"), _FONT]
    for n in range(deep):
        below = b"/XObject << /X %d 0 R >>" % (7 + n) if n + 1 < deep else b""
        content = b"/X Do " * wide if below else _TEXT
        kind = b"/Type /XObject /Subtype /Form /BBox %b" % _BOX
        objects.append(stream(content, b"%b /Resources << /Font << /F 5 0 R >> %b >>" % (kind, below)))
    return raw(objects)


def _page(resources: bytes) -> bytes:
    fonts = b"/Font << /F 5 0 R >>"
    return b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents 4 0 R /Resources << %b %b >> >>" % (
        _BOX,
        fonts,
        resources,
    )
