"""A ledger of 500 rows with 37 bad ones from Excel: imported, handed back with comments, mended, and imported again."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font
from playwright.sync_api import expect

from caseload.models import Household, LedgerImport, Person, RegisterEntry
from tenancy import scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import set_up_ledger
from tests.caseload.lists import HEADER, many, workbook
from tests.caseload.people import id_number

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# What bureaus call these columns; nobody's program knows it.
OWN = {"姓名": "困难群众", "身份证号": "证件号（18 位）"}
COLUMNS = {"困难群众": "姓名（必有）", "证件号（18 位）": "身份证号（必有）"}
# The column of a fault, what is wrong in it, and how it is mended.
MISTAKES = [
    (4, "138", lambda at: "13800000001"),
    (1, "别处社区", lambda at: "柳林一社区"),
    (3, "1101", lambda at: id_number(date(1950, 1, 1), at)),
    (6, "困难户", lambda at: "城市低保"),
    (2, "=1+1", lambda at: "许星河"),
]
BAD = range(5, 5 + 37 * 13, 13)


def ledger_of_500():
    """The bureau's own workbook: other headers, a second sheet, a column of its own; 37 rows are wrong."""
    rows = many(500)
    for number, at in enumerate(BAD):
        column, wrong, _ = MISTAKES[number % len(MISTAKES)]
        rows[at][column] = wrong
    book = load_workbook(workbook(rows, [OWN.get(word, word) for word in HEADER], title="青河区困难群众台账"))
    sheet, other = book.active, book.create_sheet("说明")
    sheet["M2"], other["A1"] = "走访顺序", "街道办存档"
    for number in range(3, 503):
        sheet[f"M{number}"], sheet[f"M{number}"].font = number, Font(bold=True)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def give(page, address, content):
    page.goto(address + "caseload/import/")
    page.locator("input[type=file]").set_input_files({"name": "台账.xlsx", "mimeType": "application/octet-stream", "buffer": content})  # fmt: skip
    page.get_by_role("button", name="检查名单").click()


def mended(content):
    """Every cell with a comment put right, nothing else."""
    book = load_workbook(io.BytesIO(content))
    sheet, cells = book.active, 0
    for number, at in enumerate(BAD):
        column, _, right = MISTAKES[number % len(MISTAKES)]
        cell = sheet.cell(at + 3, column + 1)
        assert "【扶约核对】" in cell.comment.text
        cell.value, cells = right(at), cells + 1
    assert (cells, sheet["M40"].value, sheet["M40"].font.b, book["说明"]["A1"].value) == (37, 40, True, "街道办存档")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_ledger_of_500_rows_is_imported_mended_and_imported_again(cast, hand, live_server, tmp_path):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
    page, address = hand(cast.social_worker, 1440, 900), f"{live_server.url}/{cast.tenant.slug}/"
    give(page, address, ledger_of_500())
    expect(page.get_by_role("heading", level=1)).to_have_text("对应列")
    for header, column in COLUMNS.items():
        page.get_by_label(f"“{header}”对应台账的").select_option(column)
    page.get_by_role("button", name="按这样检查").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("37 行要改")
    with page.expect_download() as handed:
        page.get_by_role("link", name="下载标注的名单").click()
    marked = handed.value.path().read_bytes()
    page.get_by_role("button", name="导入无误的 463 户").click()
    expect(page.get_by_text("已导入 463 人，新立 463 户")).to_be_visible()

    give(page, address, mended(marked))  # its headers are known by now
    expect(page.get_by_role("heading", level=1)).to_have_text("37 行可导入")
    page.get_by_role("button", name="导入 37 户").click()
    expect(page.get_by_text("已导入 37 人，新立 37 户")).to_be_visible()
    with scope.tenant(cast.tenant.pk):
        assert (Household.objects.count(), Person.objects.count()) == (500, 500)
        assert RegisterEntry.objects.filter(kind="household_file").count() == 500
        assert list(LedgerImport.objects.order_by("created_at").values_list("rows_good", "rows_known")) == [(463, 0), (37, 463)]  # fmt: skip
        assert AuditEvent.objects.filter(action="ledger.list_taken").count() == 2
    assert page.complaints == []
