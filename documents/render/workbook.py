"""Excel files: real numbers, text that can't become a formula, ready to print, and the same bytes from the same figures."""

import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import xlsxwriter

FONT = "宋体"
# How a column shows its cells; text is never anything but text.
FORMS = {
    "text": {"align": "left", "text_wrap": True},
    "number": {"align": "right", "num_format": "#,##0.##"},
    "whole": {"align": "right", "num_format": "#,##0"},
    "money": {"align": "right", "num_format": "#,##0.00"},
    "percent": {"align": "right", "num_format": "0.0%"},
    "date": {"align": "center", "num_format": "yyyy-mm-dd"},
}
BORDER = {"border": 1, "border_color": "#B9C0C8"}
LINE = 15.75
# Excel keeps 15 digits; a longer number is written as text rather than changed.
DIGITS = 15


@dataclass(frozen=True)
class Column:
    """A column: its head, how it shows cells (a key of FORMS), its width in characters."""

    title: str
    form: str = "text"
    width: int = 12


@dataclass
class Sheet:
    """A table on a sheet of its own. `rows` hold text, int, Decimal, date or None; a row given as text is a group heading.

    A cell may also be (form, value) where it is shown otherwise than its column.
    """

    name: str
    columns: list
    rows: list
    title: str = ""
    notes: list = field(default_factory=list)
    total: list | None = None
    # Printed at the foot of every page: whose copy it is.
    mark: str = ""


def write(sheets, *, title, author, created, demo=False):
    """The workbook as bytes. `created` is the only moment in it, so the same call gives the same bytes.

    `demo` writes 示例数据 under each title and into each printed footer.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {**options, "remove_timezone": True}) as book:
        book.set_properties({"title": title, "author": author, "created": created})
        book.formats[0].set_font_name(FONT)
        styles = _Styles(book)
        for sheet in sheets:
            _sheet(book, styles, sheet, demo)
    return target.getvalue()


def stream(target, sheet, *, title, author, created, demo=False):
    """Write one sheet to an open file in constant memory: `sheet.rows` may be any iterable and is read once, row by row."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, {**options, "remove_timezone": True}) as book:
        book.set_properties({"title": title, "author": author, "created": created})
        book.formats[0].set_font_name(FONT)
        _sheet(book, _Styles(book), sheet, demo)


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book):
        self._book, self._made = book, {}

    def __call__(self, **words):
        key = tuple(sorted(words.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": FONT, "font_size": 10.5, "valign": "vcenter", **words}
            )
        return self._made[key]


def _sheet(book, styles, sheet, demo):
    page = book.add_worksheet(sheet.name[:31])
    last = len(sheet.columns) - 1
    head = _heading(page, styles, sheet, demo)
    page.set_row(head, LINE * max(_lines(column.title, column.width) for column in sheet.columns) + 4)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(
            head, number, column.title, styles(bold=True, align="center", text_wrap=True, bg_color="#F2F4F7", **BORDER)
        )
    line = head
    for row in sheet.rows:
        line += 1
        if isinstance(row, str):
            _group(page, styles, line, last, row)
        else:
            _row(page, styles, sheet.columns, line, row)
    if sheet.total is not None:
        _row(page, styles, sheet.columns, line + 1, sheet.total, bold=True, top=2)
    page.freeze_panes(head + 1, 1)
    if sheet.rows:
        page.autofilter(head, 0, line, last)
    _print_setup(page, sheet, head, demo)


def _heading(page, styles, sheet, demo):
    """Title and notes above the table; returns the line of the column heads."""
    lines = [*sheet.notes, *(["示例数据，人名均为虚构"] if demo else [])]
    page.write_string(0, 0, sheet.title or sheet.name, styles(bold=True, font_size=14))
    page.set_row(0, 24)
    for number, text in enumerate(lines, 1):
        page.write_string(number, 0, text, styles(font_color="#475467"))
    return len(lines) + 2


def _group(page, styles, line, last, text):
    style = styles(bold=True, bg_color="#F8FAFB", **BORDER)
    page.write_string(line, 0, text, style)
    for number in range(1, last + 1):
        page.write_blank(line, number, None, style)


def _row(page, styles, columns, line, row, **words):
    page.set_row(line, LINE * max(_lines(cell, column.width) for cell, column in zip(row, columns, strict=True)))
    for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
        form, cell = cell if isinstance(cell, tuple) else (column.form, cell)
        form = "whole" if form == "number" and _is_whole(cell) else form
        own = styles(**{**FORMS[form], **BORDER, **words})
        _cell(
            page, line, number, cell, own, styles(**{**FORMS["text"], "align": FORMS[form]["align"], **BORDER, **words})
        )


def _is_whole(cell):
    return isinstance(cell, int | Decimal) and cell == int(cell)


def _lines(cell, width):
    """How many lines a text takes: programs other than Excel do not work that out when they open the file."""
    if not isinstance(cell, str):
        return 1
    room = max(width - 1, 1)
    return sum(max(1, -(-_units(line) // room)) for line in cell.split("\n"))


def _units(text):
    """A Chinese character is as wide as two digits."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _cell(page, line, number, cell, style, words):
    if cell is None:
        page.write_blank(line, number, None, style)
    elif isinstance(cell, date):
        page.write_datetime(line, number, cell, style)
    elif isinstance(cell, int | Decimal) and not isinstance(cell, bool) and _fits(cell):
        page.write_number(line, number, cell, style)
    else:
        # Plain text, also when it begins with = + - @: a formula in a name stays a name.
        page.write_string(line, number, str(cell), style if not isinstance(cell, str) else words)


def _fits(number):
    return len(Decimal(number).normalize().as_tuple().digits) <= DIGITS


def _print_setup(page, sheet, head, demo):
    page.set_paper(9)  # A4
    if sum(column.width for column in sheet.columns) > 85:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    # In a footer & begins a code, so that a title's own must be doubled.
    told = (sheet.title or sheet.name).replace("&", "&&")
    page.set_footer(f"&L{told}{'　示例数据' if demo else ''}{_footer_mark(sheet.mark)}&R第 &P 页　共 &N 页")


def _footer_mark(text):
    return f"&C{text.replace('&', '&&')}" if text else ""
