"""How a list from Excel is read: headers of one's own, dates, places, and both readers of a workbook."""

from datetime import date, datetime

import pytest
from openpyxl import Workbook

from caseload import queries, sheets
from caseload.actions import ledger_import
from caseload.models import Person, RegisterEntry
from caseload.rules import lists as rules
from documents.actions import files
from tenancy.problems import Conflict, Refused
from tests.caseload.lists import HEADER, many, row, upload, workbook
from tests.caseload.people import id_number
from tests.caseload.test_ledger_import import check, take
from tests.cast import at

# --- headers of one's own ---------------------------------------------------------------------------------------------------
OWN = ["居住社区名", "困难群众", "证件", "现在做什么"]
LINES = [["柳林一社区", "许星河", id_number(serial=1), "务农"]]
NAMED = {"居住社区名": "community", "困难群众": "name", "证件": "id_number", "现在做什么": "employment"}


def name(cast, checked, columns):
    return ledger_import.name_columns(checked, columns, by=cast.social_worker, at=at())


def test_headers_that_nobody_knows_wait_for_people_to_name_them(ledger):
    waiting = check(ledger, workbook(LINES, OWN, title="2024 年困难群众"))
    assert (waiting.state, waiting.rows_total) == ("naming", 0)
    with pytest.raises(Conflict):
        take(ledger, waiting)
    with pytest.raises(Refused, match="列还没有对应好") as refused:
        name(ledger, waiting, {"居住社区名": "community", "困难群众": "name", "证件": "name"})
    assert refused.value.problems == ["B 列和 C 列都是“姓名”，只留一列", "缺“身份证号”列"]
    checked = name(ledger, waiting, NAMED)
    assert (checked.state, checked.rows_good, checked.faults) == ("checked", 1, [])
    assert take(ledger, checked) == 1
    assert queries.details_of(Person.objects.get()) == {"employment": "务农"}


def test_what_was_named_once_is_known_the_next_time(ledger):
    name(ledger, check(ledger, workbook(LINES, OWN)), NAMED)
    again = check(ledger, workbook(LINES, OWN))
    assert (again.state, again.rows_good) == ("checked", 1)


def test_a_column_that_names_itself_can_be_left_out(ledger):
    waiting = check(ledger, workbook([[*row(), "110"]], [*HEADER, "证件号码"]))
    assert waiting.state == "naming"
    checked = name(ledger, waiting, {"证件号码": ""})
    assert (checked.state, checked.rows_good, checked.columns) == ("checked", 1, {"证件号码": ""})


def test_columns_of_a_list_that_was_taken_are_not_named_again(ledger):
    checked = check(ledger, workbook(many(1)))
    take(ledger, checked)
    with pytest.raises(Conflict, match="已导入或已放弃"):
        name(ledger, checked, {})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-06", date(2024, 5, 6)),
        ("2024.5.6", date(2024, 5, 6)),
        ("2024/05/06", date(2024, 5, 6)),
        ("2024年5月6日", date(2024, 5, 6)),
        ("20240506", date(2024, 5, 6)),
        ("2024-02-30", None),
        ("5月6日", None),
        (datetime(2024, 5, 6, 8), date(2024, 5, 6)),  # noqa: DTZ001
    ],
)
def test_dates_are_read_as_people_write_them(text, day):
    assert rules.parse_date(text) == day


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_sheets_letters(index, letters):
    assert rules.letters(index) == letters


PLACES = {("甲街道", "东风社区"): 1, ("乙街道", "东风社区"): 2, ("甲街道", "上岭村"): 3}


@pytest.mark.parametrize(
    ("street", "community", "key"),
    [
        ("甲街道", "东风社区", 1),
        ("", "东风社区", None),
        ("乙街道", "东风", 2),
        ("", "上岭", 3),
        ("", "上岭村村委会", 3),
        ("甲街道", "东风社区居委会", 1),
        ("丙街道", "上岭村", None),
    ],
)
def test_communities_are_found_by_the_names_people_use(street, community, key):
    assert rules.place_of(street, community, PLACES) == key


def test_a_file_that_existed_before_keeps_the_day_on_which_it_was_opened(ledger):
    rows = [[*row("L-1", serial=1), date(2023, 3, 1)], [*row("L-2", serial=2, name="江一帆"), None]]
    assert take(ledger, check(ledger, workbook(rows, header=[*HEADER, "建档日期"]))) == 2
    files = RegisterEntry.objects.filter(kind="household_file").order_by("household__number")
    assert list(files.values_list("household__number", "from_day")) == [
        ("L-1", date(2023, 3, 1)),
        ("L-2", date(2024, 5, 6)),
    ]


def both_ways(cast, book, monkeypatch):
    """What the fast reader makes of a workbook (None where it leaves it) and what the careful one does."""
    stored = files.store(upload(book), allow={"sheet"}, by=cast.social_worker, at=at())
    with files.open_file(stored) as content:
        fast = sheets._plain_rows(content, 100)
    with monkeypatch.context() as patched:
        patched.setattr(sheets, "_plain_rows", lambda content, limit: None)
        return fast, sheets.read_rows(stored)


def test_both_readers_of_a_workbook_say_the_same(ledger, monkeypatch):
    book = Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["别的"])
    sheet = book.create_sheet("名单")
    book.active = 1
    for cells in (["台账"], [], ["姓名", "数", "日期"], [" 许星河 ", 12, date(2024, 5, 6)], [None, 1.5, True, ""]):
        sheet.append(cells)
    sheet["B7"] = "末行\n换行"
    fast, careful = both_ways(ledger, book, monkeypatch)
    plain = lambda rows: [  # noqa: E731 - a date is a day in one and a moment at midnight in the other
        (number, [rules.parse_date(cell.value) if isinstance(cell.value, date) else cell.value or None for cell in cells][:3])
        for number, cells in rows
    ]  # fmt: skip
    filled = lambda rows: [(number, cells + [None] * (3 - len(cells))) for number, cells in plain(rows)]  # noqa: E731
    assert filled(fast) == filled(careful)
    assert [number for number, _ in fast] == [1, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("place", "value"), [("B2", "=1+1"), ("B2", "#N/A"), ("XFD9", "远"), ("A99999", "远"), ("BI2", "远")]
)
def test_what_the_fast_reader_would_hide_or_choke_on_is_read_with_care(place, value, ledger, monkeypatch):
    book = Workbook()
    book.active.append(["姓名", "社区（村）", "身份证号"])
    book.active[place] = value
    assert both_ways(ledger, book, monkeypatch)[0] is None
