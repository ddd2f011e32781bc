"""Uploaded PDF papers on pages of our own: whole, upright, harmless, and told when they can't be read."""

import io
from contextlib import closing

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, TextStringObject

from documents.render import scans

A4 = (595.0, 842.0)


def blank(*sizes, rotate=0, prepare=lambda writer: None):
    writer = PdfWriter()
    for size in sizes:
        writer.add_blank_page(*size).rotate(rotate)
    prepare(writer)
    made = io.BytesIO()
    writer.write(made)
    return made


def pages(scan):
    scan.content.seek(0)
    return PdfReader(scan.content).pages


@pytest.mark.parametrize(("rotate", "size"), [(0, (300, 500)), (90, (500, 300)), (180, (300, 500)), (270, (500, 300))])
def test_a_turned_page_is_kept_upright(rotate, size):
    with closing(scans.read(blank((300, 500), rotate=rotate))) as scan:
        [page] = pages(scan)
        assert ((float(page.mediabox.width), float(page.mediabox.height)), page.rotation) == (size, 0)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.4\n%%EOF", "打不开"),
        (b"", "打不开"),
        (b"<html>", "打不开"),
        (blank(*[A4] * 3).getvalue()[:400], "打不开"),
        (blank(*[(9, 9)]).getvalue(), "打不开"),
        (blank(*[(99999, 99999)]).getvalue(), "打不开"),
        (blank().getvalue(), "打不开"),
        (blank(*[(20, 20)] * 121).getvalue(), "页数过多"),
        (blank(A4, prepare=lambda writer: writer.encrypt("1234", algorithm="AES-256")).getvalue(), "加密"),
    ],
)
def test_a_paper_that_cannot_be_bound_says_why(content, why):
    with pytest.raises(scans.Unreadable) as refused:
        scans.read(io.BytesIO(content))
    assert str(refused.value) == why


def test_a_paper_that_is_only_locked_against_changes_is_read():
    locked = blank(A4, prepare=lambda writer: writer.encrypt("", "owner", algorithm="AES-256"))
    with closing(scans.read(locked)) as scan:
        assert scan.pages == 1


def _seal(writer):
    """A page with a seal (a stamp with its own drawing, which prints), a hidden note, a link and a script."""
    drawn = DecodedStreamObject()
    drawn.set_data(b"1 0 0 rg 0 0 50 50 re f")
    drawn.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): ArrayObject(map(FloatObject, (0, 0, 50, 50)))})  # fmt: skip
    stamp = FreeText(text="章", rect=(100, 100, 200, 200))
    stamp[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(drawn)})
    stamp[NameObject("/F")] = FloatObject(4)
    writer.add_annotation(0, stamp)
    writer.add_annotation(0, FreeText(text="批注", rect=(0, 0, 50, 50)))
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://example.invalid"))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)


def test_seals_stay_and_everything_that_acts_goes():
    with closing(scans.read(blank(A4, prepare=_seal))) as scan:
        [page] = pages(scan)
        names, drawn = list(page["/Resources"]["/XObject"]), page.get_contents().get_data()
        scan.content.seek(0)
        content = scan.content.read()
    assert (names, "/Annots" in page) == (["/Page", "/Mark0"], False)
    assert b"q 2.0000 0.0000 0.0000 2.0000 100.0000 100.0000 cm /Mark0 Do Q" in drawn
    assert [word in content for word in (b"/JavaScript", b"example.invalid", b"/OpenAction")] == [False] * 3


def test_a_scan_fills_the_frame_of_its_own_page_and_no_other():
    with closing(scans.read(blank(A4, (842.0, 595.0)))) as scan:
        content = scans.lay(blank(A4, A4, A4).getvalue(), [(1, scan, 0), (2, scan, 1)])
    first, second, third = PdfReader(io.BytesIO(content)).pages
    assert "/XObject" not in first["/Resources"]
    left, bottom, wide, tall = scans.FRAME
    drawn = [page.get_contents().get_data().decode().split("cm /Scan")[0].split("q ")[-1].split() for page in (second, third)]  # fmt: skip
    (scale, *_, x, y), (wider, *_, side, top) = [[float(number) for number in numbers] for numbers in drawn]
    assert scale == pytest.approx(tall / 842, abs=1e-3)
    assert (x + 595 * scale / 2, y) == (pytest.approx(left + wide / 2, abs=0.5), pytest.approx(bottom, abs=0.5))
    assert (wider, side) == (pytest.approx(wide / 842, abs=1e-3), pytest.approx(left, abs=0.5))
    assert top + 595 * wider == pytest.approx(bottom + tall, abs=0.5)
