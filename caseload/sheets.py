"""Reads an uploaded workbook within bounds, and writes faults back into a copy of it.

documents.actions.files has refused archives that are bombs, macros and links; here rows and columns are bounded too.
"""

import io
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException

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
)
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
            book = load_workbook(content, read_only=True, data_only=False, keep_links=False)
            sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
            if sheet is None:
                raise Refused("表格里没有可见的工作表")
            sheet.reset_dimensions()  # a file may claim a million rows
            rows = _bounded(sheet, limit)
            book.close()
    except BROKEN as error:
        raise Refused("这个表格打不开。用 Excel 或 WPS 另存为 xlsx 再传") from error
    if most is None and len(rows) > MOST_ROWS + 1:
        raise Refused(f"一次最多导入 {MOST_ROWS} 行，分成几份再传")
    return rows


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
