"""Reads an uploaded workbook within bounds, and writes faults back into a copy of it.

documents.actions.files has refused archives that are bombs, macros and links; here rows and columns are bounded too.
"""

import io
import re
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from caseload.rules.lists import HEADER_WITHIN, MOST_COLUMNS, MOST_ROWS, Cell
from documents.actions.files import open_file
from tenancy.problems import Refused

BROKEN = (
    BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    SyntaxError,
    CalamineError,
)
# Cells that lie far out of the bounds: the fast reader makes room for everything between them and the first.
FAR = re.compile(rb"r=[\"'](?:[A-Za-z]*\d{5}|(?:[A-Za-z]{3}|[C-Zc-z][A-Za-z]|[Bb][I-Zi-z])\d)")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
# The first line of what is written into a cell, by which the next copy knows it again.
SIGN, AUTHOR = "【扶约核对】", "扶约"
MARK = PatternFill("solid", fgColor="FFF4CCCC")


def read_rows(stored, *, most=None):
    """[(row number, [Cell])] of the first visible sheet; empty rows are left out.

    At most `most` rows are read. Raises Refused for more than 5,000 rows of data or a workbook that can't be read.
    """
    limit = most or MOST_ROWS + HEADER_WITHIN
    try:
        with open_file(stored) as content:
            rows = _plain_rows(content, limit)
            if rows is not None:
                return _within_bounds(rows, most)
            content.seek(0)
            book = load_workbook(content, read_only=True, data_only=False, keep_links=False)
            sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
            if sheet is None:
                raise Refused("表格里没有可见的工作表")
            sheet.reset_dimensions()  # a file may claim a million rows
            rows = _bounded(sheet, limit)
            book.close()
    except BROKEN as error:
        raise Refused("这个表格打不开。用 Excel 或 WPS 另存为 xlsx 再传") from error
    return _within_bounds(rows, most)


def _within_bounds(rows, most):
    if most is None and len(rows) > MOST_ROWS + 1:
        raise Refused(f"一次最多导入 {MOST_ROWS} 行，分成几份再传")
    return rows


def _plain_rows(content, limit):
    """The rows by the fast reader, which tells values only: None where the careful one has to look."""
    with ZipFile(content) as archive:
        # A sheet may lie under any name. documents.actions.files has bounded what the parts unpack to.
        parts = (archive.read(name) for name in archive.namelist())
        if not all(_is_plain(part) for part in parts if b"sheetData" in part):
            return None
    content.seek(0)
    with CalamineWorkbook.from_filelike(content) as book:
        found = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet]  # fmt: skip
        if not found:
            return None
        table = book.get_sheet_by_name(found[0]).to_python(skip_empty_area=False, nrows=limit + 1)
    return [(number, [_plain(value) for value in cells[:MOST_COLUMNS]]) for number, cells in enumerate(table, 1) if any(cell not in (None, "") for cell in cells[:MOST_COLUMNS])]  # fmt: skip


def _is_plain(part):
    """Whether a sheet holds values only, no formula and no error, within the bounds."""
    may_hold = b"<f" in part or b":f" in part
    errors = b't="e"' in part or b"t='e'" in part
    return not errors and not (may_hold and FORMULA.search(part)) and not FAR.search(part)


EMPTY = Cell()


def _plain(value):
    if value == "":
        return EMPTY
    return Cell(int(value) if isinstance(value, float) and value.is_integer() else value)


def _bounded(sheet, limit):
    """Rows with at least one value; the reader stops one row beyond the limit, wherever the file says that it ends."""
    rows = []
    for number, cells in enumerate(sheet.iter_rows(max_row=limit + 1, max_col=MOST_COLUMNS), 1):
        read = [_cell(cell) for cell in cells]
        if any(cell.value not in (None, "") or cell.trouble for cell in read):
            rows.append((number, read))
    return rows


def _cell(cell):
    if cell.value is None:
        return Cell()
    if cell.data_type == "f":
        return Cell("", "formula")
    if cell.data_type == "e":
        return Cell("", "error")
    return Cell(cell.value)


def with_comments(stored, faults):
    """A copy of the workbook as bytes: each bad cell is coloured and carries the reasons as a comment.

    `faults` are dicts of row, column and message; a fault of a whole row stands on its first cell. Everything else stays as
    the user made it: other sheets, formats, formulas, their own comments; only marks of an earlier copy are taken off.
    """
    with open_file(stored) as content:
        book = load_workbook(content, keep_links=False, rich_text=True)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    _unmark(sheet)
    reasons = {}
    for fault in faults:
        cell = _anchor(sheet, f"{fault['column'] or 'A'}{fault['row']}")
        reasons.setdefault(cell.coordinate, []).append(fault["message"])
    for place, messages in reasons.items():
        cell = sheet[place]
        lines = [SIGN, *dict.fromkeys(messages)]
        if cell.comment:  # the user's own words stay above
            lines = [cell.comment.text.rstrip(), *lines]
        cell.comment = Comment("\n".join(lines), AUTHOR, width=280, height=28 + 20 * len(lines))
        cell.fill = MARK
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _unmark(sheet):
    """Take off what an earlier copy was marked with; a comment of the user's own keeps its words."""
    for row in sheet.iter_rows(max_row=MOST_ROWS + HEADER_WITHIN, max_col=MOST_COLUMNS):
        for cell in row:
            if cell.comment is None or SIGN not in cell.comment.text.split("\n"):
                continue
            own = cell.comment.text[: ("\n" + cell.comment.text).index(f"\n{SIGN}")].rstrip()
            cell.comment = Comment(own, cell.comment.author) if own else None
            if cell.fill == MARK:
                cell.fill = PatternFill()


def _anchor(sheet, place):
    """The cell that can carry a comment: of merged cells the first."""
    for area in sheet.merged_cells.ranges:
        if place in area:
            return sheet.cell(area.min_row, area.min_col)
    return sheet[place]
