"""Uploaded PDF papers on pages of our own: each is read whole first, made harmless, and then laid into the frame of a page.

A paper that is encrypted, broken or too large is told by a Chinese word (Unreadable) instead of breaking the file it lies in.
"""

import io
import tempfile
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

MM = 72 / 25.4
# The frame of @page scan in paper.css: left, bottom, width, height in points.
FRAME = (12 * MM, 20 * MM, 186 * MM, 245 * MM)
# A page may be larger than a wall poster only by mistake; a paper of more pages is bound apart.
MOST_PAGES, MOST_CONTENT, SMALLEST_SIDE, LARGEST_SIDE = 120, 30 * 1024 * 1024, 10, 14400
SPOOLED = 2 * 1024 * 1024
HIDDEN, DRAWN_WHEN_PRINTED = 2, 4
# What pypdf raises for a file that isn't whole: its own errors, and those of a structure that isn't what it says.
BROKEN = (
    PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError, RecursionError,
    OSError, EOFError, AssertionError, ArithmeticError, UnicodeError, LookupError,
)  # fmt: skip


class Unreadable(Exception):
    """Why a paper can't be bound, as the contents say it: 加密, 打不开, 页数过多."""


@dataclass
class Scan:
    """A paper that was read whole: its pages as drawings in a temporary file."""

    pages: int
    content: object

    def close(self):
        self.content.close()


def read(content):
    """Read an uploaded PDF whole and keep its pages as drawings; returns a Scan that the caller closes.

    `content` is an open binary file. Only what is drawn is kept: no links, scripts, forms or attachments; seals and
    filled fields stay as pictures. Raises Unreadable.
    """
    try:
        reader = PdfReader(content, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("加密")
        count = len(reader.pages)
        if not 0 < count <= MOST_PAGES:
            raise Unreadable("页数过多" if count else "打不开")
        writer = PdfWriter()
        for page in reader.pages:
            _keep(writer, page)
        return Scan(count, _spooled(writer))
    except BROKEN as error:
        raise Unreadable("打不开") from error


def lay(paper, places):
    """The bytes of `paper` (a PDF of ours) with scans in the frames of its pages.

    `places` are (page number from 0, Scan, its page from 0).
    """
    writer = PdfWriter(clone_from=io.BytesIO(paper))
    readers = {}
    for number, scan, part in places:
        if id(scan) not in readers:
            scan.content.seek(0)
            readers[id(scan)] = PdfReader(scan.content)
        _paint(writer, writer.pages[number], readers[id(scan)].pages[part])
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _spooled(writer):
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the Scan closes it
    try:
        writer.write(spool)
    except BaseException:
        spool.close()
        raise
    return spool


# --- reading ------------------------------------------------------------------------------------------------------
def _keep(writer, page):
    """A page that holds one drawing, upright, with the annotations that print drawn into it."""
    left, bottom, right, top = (float(side) for side in page.cropbox)
    wide, tall = right - left, top - bottom
    if not (SMALLEST_SIDE <= wide <= LARGEST_SIDE and SMALLEST_SIDE <= tall <= LARGEST_SIDE):
        raise Unreadable("打不开")
    turned = page.rotation % 360
    matrix = {
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }.get(turned, (1, 0, 0, 1, -left, -bottom))
    if turned in (90, 270):
        wide, tall = tall, wide
    contents = page.get_contents()
    drawn = contents.get_data() if contents is not None else b""
    if len(drawn) > MOST_CONTENT:
        raise Unreadable("打不开")
    resources = page.get("/Resources", DictionaryObject()).get_object().clone(writer)
    drawings = DictionaryObject()
    drawings[NameObject("/Page")] = _drawing(writer, drawn, resources, (left, bottom, right, top))
    lines = [_placed("/Page", (1, 0, 0, 1, 0, 0))]
    for number, (appearance, placed) in enumerate(_appearances(page)):
        drawings[NameObject(f"/Mark{number}")] = appearance.clone(writer).indirect_reference
        lines.append(_placed(f"/Mark{number}", placed))
    made = writer.add_blank_page(wide, tall)
    made[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawings})
    _write(writer, made, [f"q {_numbers(matrix)} cm", *lines, "Q"])


def _drawing(writer, drawn, resources, box):
    made = DecodedStreamObject()
    made.set_data(drawn)
    made = made.flate_encode()
    made[NameObject("/Type")], made[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    made[NameObject("/BBox")] = ArrayObject(FloatObject(side) for side in box)
    made[NameObject("/Resources")] = resources
    return writer._add_object(made)


def _appearances(page):
    """The seals and filled fields of a page: (appearance stream, matrix that puts it where it stood)."""
    for annotation in page.get("/Annots") or ():
        mark = annotation.get_object()
        flags = int(mark.get("/F", 0))
        normal = mark.get("/AP", DictionaryObject()).get_object().get("/N")
        if normal is None or flags & HIDDEN or (mark.get("/Subtype") != "/Widget" and not flags & DRAWN_WHEN_PRINTED):
            continue
        appearance = normal.get_object()
        if "/BBox" not in appearance:  # one of several states, by its name
            appearance = appearance.get(mark.get("/AS", "/Off"), DictionaryObject()).get_object()
        if "/BBox" in appearance:
            yield appearance, _onto(appearance, [float(side) for side in mark["/Rect"]])


def _onto(appearance, place):
    """The matrix that puts an appearance's box onto its rectangle (ISO 32000, 12.5.5)."""
    a, b, c, d, e, f = (float(number) for number in appearance.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    x0, y0, x1, y1 = (float(side) for side in appearance["/BBox"])
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    left, bottom = (min(corner[axis] for corner in corners) for axis in (0, 1))
    right, top = (max(corner[axis] for corner in corners) for axis in (0, 1))
    wide, tall = (place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom)
    return wide, 0, 0, tall, place[0] - left * wide, place[1] - bottom * tall


# --- laying -------------------------------------------------------------------------------------------------------
def _paint(writer, page, scanned):
    """Draw a scanned page into the frame, as large as it fits, with a thin line around it."""
    left, bottom, wide, tall = FRAME
    width, height = float(scanned.mediabox.width), float(scanned.mediabox.height)
    scale = min(wide / width, tall / height)
    x, y = left + (wide - width * scale) / 2, bottom + tall - height * scale
    drawing = _drawing(
        writer, scanned.get_contents().get_data(), scanned["/Resources"].clone(writer), (0, 0, width, height)
    )
    # The pages of a paper share their resources: this one gets its own.
    resources = page["/Resources"].get_object()
    known = resources.get("/XObject", DictionaryObject()).get_object()
    drawings = DictionaryObject({**known, NameObject("/Scan"): drawing})
    page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/XObject"): drawings})
    outline = f"q 0.4 w 0.7 G {_numbers((x, y, width * scale, height * scale))} re S Q"
    contents = page.get_contents()
    own = contents.get_data().decode("latin-1") if contents is not None else ""
    _write(writer, page, ["q", own, "Q", "/Artifact BMC", _placed("/Scan", (scale, 0, 0, scale, x, y)), outline, "EMC"])


def _write(writer, page, lines):
    made = DecodedStreamObject()
    made.set_data("\n".join(lines).encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(made.flate_encode())


def _placed(name, matrix):
    return f"q {_numbers(matrix)} cm {name} Do Q"


def _numbers(numbers):
    return " ".join(f"{number:.4f}" for number in numbers)
