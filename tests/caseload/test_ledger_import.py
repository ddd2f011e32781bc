"""A list from Excel: every fault of every row at once, families taken whole and once, the file's dangers refused."""

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from caseload import queries, sheets
from caseload.actions import ledger_import
from caseload.models import Household, HouseholdCategory, LedgerImport, Person, RegisterEntry
from tenancy import audit
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_household
from tests.caseload.files import lacking
from tests.caseload.lists import HEADER, many, row, upload, workbook
from tests.caseload.people import id_number
from tests.cast import at, make_contract


def check(cast, content, moment="2024-05-06 10:00"):
    return ledger_import.check_list(contract=cast.contract, upload=content, by=cast.social_worker, at=at(moment))


def take(cast, checked, moment="2024-05-06 10:10", **known):
    return ledger_import.take_list(checked, by=cast.social_worker, at=at(moment), **known)


def told(checked):
    return [(fault["row"], fault["column"], fault["message"]) for fault in checked.faults]


def test_a_good_list_becomes_families_with_files_and_categories(ledger):
    rows = [
        row("L-1", serial=1, needs="就业"),
        row(
            "L-1",
            name="许小满",
            identity=id_number(date(2015, 6, 7), 3, male=False),
            relation="女儿",
            category="",
            phone="",
            address="",
        ),
        row("L-2", "上岭", "欧阳远山", serial=4, category="集中供养特困"),
    ]
    checked = check(ledger, workbook(rows, title="柳林街道困难群众名单"))
    assert (checked.rows_total, checked.rows_good, checked.households_good, checked.faults) == (3, 3, 2, [])
    assert take(ledger, checked) == 2
    first, second = Household.objects.order_by("number")
    assert [(person.name.reveal(), person.relation, person.is_head, person.sex) for person in first.people.all()] == [
        ("许星河", "户主", True, "male"),
        ("许小满", "女儿", False, "female"),
    ]
    assert (second.area.name, first.address.reveal(), lacking(first)) == ("上岭村", "3 号楼", [])
    assert list(RegisterEntry.objects.filter(household=second).order_by("kind").values_list("kind", "facts")) == [
        ("household_file", {"complete": False, "ledger_complete": True}),
        ("social_assistance", {"category": "tekun"}),
    ]
    assert HouseholdCategory.objects.count() == 2
    assert list(queries.named(Household.objects.all(), "欧阳")) == [second]
    assert list(AuditEvent.objects.filter(action__startswith="ledger.").values_list("action", flat=True)) == [
        "ledger.list_checked",
        "ledger.list_taken",
    ]
    assert audit.broken_links() == []


def test_every_fault_of_every_row_is_told_at_once_without_the_values(ledger):
    known = id_number(serial=9)
    take(ledger, check(ledger, workbook([row("OLD", name="何木兰", identity=known)])))
    wrong = id_number(serial=10)
    wrong = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
    rows = [
        row(identity=wrong, phone="12", community="不存在社区", category="低保"),
        row(identity="", name=""),
        row(identity=known),
        row("OLD", serial=11),
        row(serial=12, name="甲3"),
        row(serial=13),
        row(serial=13, name="何木兰"),
        row(identity=123456789012345678, name="数字"),
    ]
    checked = check(ledger, workbook(rows))
    assert told(checked) == [
        (2, "B", "不在本合同服务的社区（村）内"), (2, "D", "身份证号校验位不对，请核对原件"), (2, "E", "电话应为 7 至 12 位数字"), (2, "G", "不在本单位的类别表中"),
        (3, "C", "姓名未填"), (3, "D", "身份证号未填"), (4, "D", "这个身份证号在台账中是另一个姓名，请核对"), (5, "A", "户编号已使用"), (6, "C", "姓名里有数字或符号"),
        (8, "D", "与第 7 行的身份证号相同"), (9, "D", "存成了数字，后几位已丢失。把整列设为文本，重新填写"),
    ]  # fmt: skip
    assert (checked.rows_total, checked.rows_good) == (8, 1)
    assert known not in str(checked.faults)


def test_a_family_is_never_taken_in_half(ledger):
    rows = [row("A"), row("A", name="许小满", identity="1", relation="子"), row("B", name="江一帆", serial=5)]
    checked = check(ledger, workbook(rows))
    assert told(checked) == [
        (2, "", "同户第 3 行有错，整户暂不导入"),
        (3, "D", "身份证号应为 18 位数字，末位可为 X，现为 1 位"),
    ]
    assert take(ledger, checked) == 1
    assert list(Household.objects.values_list("number", flat=True)) == ["B"]


def test_without_numbers_a_head_begins_the_next_family(ledger):
    rows = [
        row(),
        row(name="许小满", serial=2, relation="女儿"),
        row(name="江一帆", serial=3),
        row(name="江小满", serial=4, relation="子"),
    ]
    take(ledger, check(ledger, workbook(rows)))
    assert [(household.number, household.people.count()) for household in Household.objects.all()] == [
        ("QH01-H-0001", 2),
        ("QH01-H-0002", 2),
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([row("A"), row("A", name="何木兰", serial=2)], (3, "F", "同户第 2 行已是户主")),
        (
            [row("A"), row("A", community="柳林二社区", name="何木兰", serial=2, relation="妻")],
            (3, "B", "与同户第 2 行的社区（村）不同"),
        ),
        ([row(relation="女儿")], (2, "F", "这一户没有户主")),
    ],
)
def test_rows_of_one_family_must_agree(ledger, rows, fault):
    assert fault in told(check(ledger, workbook(rows)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=1+1", "单元格是公式，不导入。粘贴为数值再传"),
        ('=HYPERLINK("http://x")', "单元格是公式，不导入。粘贴为数值再传"),
        ("@许", "文字以 =、+、-、@ 开头，会被当成公式，不导入"),
        ("+许", "文字以 =、+、-、@ 开头，会被当成公式，不导入"),
        ("-许", "文字以 =、+、-、@ 开头，会被当成公式，不导入"),
    ],
)
@pytest.mark.parametrize(("column", "letter"), [(2, "C"), (7, "H")])
def test_formulas_and_what_would_become_one_are_refused(ledger, text, message, column, letter):
    cells = row()
    cells[column] = text
    assert told(check(ledger, workbook([cells])))[0] == (2, letter, message)


def test_a_formula_kept_as_text_is_refused_too(ledger):
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.active["C2"].value, book.active["C2"].data_type = "=1+1", "s"
    assert told(check(ledger, upload(book))) == [(2, "C", "文字以 =、+、-、@ 开头，会被当成公式，不导入")]


def test_sex_and_birth_date_must_agree_with_the_number(ledger):
    header = ["社区", "姓名", "身份证号码", "性别", "出生日期"]
    rows = [
        ["柳林一社区", "许星河", id_number(date(1962, 3, 4), 1), "女", "1962-03-05"],
        ["柳林一社区", "江一帆", id_number(date(1962, 3, 4), 2), "男", datetime(1962, 3, 4)],  # noqa: DTZ001
    ]
    assert told(check(ledger, workbook(rows, header))) == [(2, "D", "与身份证号不符"), (2, "E", "与身份证号不符")]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ([], "没有找到表头"),
        (["姓名", "身份证号"], "缺“社区（村）”列"),
        (["社区", "姓名"], "缺“身份证号”列"),
        (["社区", "姓名", "身份证号"], "表头下面没有数据"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_as_a_whole(ledger, header, problem):
    with pytest.raises(Refused, match=problem):
        check(ledger, workbook([] if problem.endswith("数据") else [[1, 2, 3, 4]], header))
    assert not LedgerImport.objects.exists()


def test_a_zip_bomb_and_other_files_are_refused(ledger):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    for name, content in (
        ("bomb.xlsx", bomb.getvalue()),
        ("list.xlsx", b"name,id\n"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600),
    ):
        with pytest.raises(Refused):
            check(ledger, SimpleUploadedFile(name, content))
    assert not LedgerImport.objects.exists()


def test_a_workbook_that_claims_a_million_rows_is_read_within_bounds(ledger):
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.active.cell(row=1_048_576, column=16_384, value="x")
    started = time.process_time()
    checked = check(ledger, upload(book))
    assert (checked.rows_total, time.process_time() - started < 5) == (1, True)


def test_more_than_five_thousand_rows_are_refused(ledger, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(Refused, match="一次最多导入 3 行"):
        check(ledger, workbook(many(4)))


def test_a_list_is_taken_once(ledger):
    checked = check(ledger, workbook(many(3)))
    twin = LedgerImport.objects.get()
    take(ledger, checked)
    with pytest.raises(Conflict, match="没有重复导入"):
        take(ledger, twin)
    assert Household.objects.count() == 3


def test_a_list_is_checked_again_when_it_is_taken(ledger):
    first, second = check(ledger, workbook(many(3))), check(ledger, workbook(many(4)))
    take(ledger, first)
    assert take(ledger, second) == 1
    second.refresh_from_db()
    assert (second.rows_good, second.rows_known, second.faults) == (1, 3, [])


def test_all_or_nothing_takes_nothing_when_one_row_is_wrong(ledger):
    checked = check(ledger, workbook([*many(2), row(identity="1")]))
    with pytest.raises(Refused, match="有 1 行不能导入，整份没有导入"):
        take(ledger, checked, whole=True)


def test_a_list_that_was_given_up_cannot_be_taken(ledger):
    checked = check(ledger, workbook(many(1)))
    ledger_import.drop_list(checked, by=ledger.social_worker, at=at())
    with pytest.raises(Conflict):
        take(ledger, checked)
    assert not Person.objects.exists()


def test_five_thousand_rows_take_few_statements_and_seconds(ledger, django_assert_max_num_queries):
    content = workbook(many(5000))
    started = time.process_time()  # of this process alone: the machine may be busy with others
    with django_assert_max_num_queries(60):
        checked = check(ledger, content)
        assert take(ledger, checked) == 5000
    assert time.process_time() - started < 15
    assert Person.objects.count() == 5000


def marked(checked):
    return load_workbook(io.BytesIO(sheets.with_comments(checked.file, checked.faults)))


def test_faults_come_back_as_comments_in_the_users_own_workbook(ledger):
    sheet = marked(check(ledger, workbook([row(phone="12"), row(serial=2, name="江一帆")]))).active
    assert (sheet["E2"].comment.text, sheet["E2"].fill.fgColor.rgb, sheet["E3"].comment, sheet["C2"].value) == (
        "【扶约核对】\n电话应为 7 至 12 位数字",
        "FFF4CCCC",
        None,
        "许星河",
    )


def test_the_users_own_sheets_formats_formulas_and_comments_stay(ledger):
    book = load_workbook(workbook([row(phone="12"), row(serial=2, name="江一帆", identity="1")], header=HEADER))
    sheet, other = book.active, book.create_sheet("街道汇总")
    sheet["M1"], sheet["M2"], sheet["M3"] = "年龄", "=2024-1962", 1.5
    sheet["M3"].number_format, sheet.column_dimensions["C"].width, sheet.freeze_panes = "0.00", 33, "D2"
    sheet["E2"].comment, sheet["C3"].comment = Comment("问过社区", "周砚秋"), Comment("新搬来", "周砚秋")
    sheet["A2"].fill, other["B2"], other["B3"] = PatternFill("solid", fgColor="FF00B050"), 7, "=B2*2"
    sheet.merge_cells("H2:H3")
    checked = check(ledger, upload(book))
    made = marked(checked)
    sheet = made["Sheet"]
    assert made.sheetnames == ["Sheet", "街道汇总"]
    assert (sheet["M2"].value, sheet["M3"].value, sheet["M3"].number_format) == ("=2024-1962", 1.5, "0.00")
    assert (sheet.column_dimensions["C"].width, sheet.freeze_panes, sheet["A2"].fill.fgColor.rgb) == (
        33,
        "D2",
        "FF00B050",
    )
    assert (str(sheet.merged_cells.ranges[0] if isinstance(sheet.merged_cells.ranges, list) else next(iter(sheet.merged_cells.ranges)))) == "H2:H3"  # fmt: skip
    assert sheet["E2"].comment.text == "问过社区\n【扶约核对】\n电话应为 7 至 12 位数字"
    assert (sheet["C3"].comment.text, made["街道汇总"]["B3"].value) == ("新搬来", "=B2*2")


def test_marks_of_an_earlier_copy_are_taken_off_when_the_cell_is_mended(ledger):
    book = load_workbook(workbook([row(phone="12"), row(serial=2, name="江一帆", identity="1")]))
    book.active["E2"].comment = Comment("问过社区", "周砚秋")
    again = marked(check(ledger, upload(book)))
    again.active["E2"] = "13800000001"
    sheet = marked(check(ledger, upload(again))).active
    assert (sheet["E2"].comment.text, sheet["E2"].fill.fill_type) == ("问过社区", None)
    assert sheet["D3"].comment.text == "【扶约核对】\n身份证号应为 18 位数字，末位可为 X，现为 1 位"


# --- what is on the ledger already --------------------------------------------------------------------------------------------
def test_a_mended_list_is_given_again_without_doubling_what_is_in(ledger):
    rows = [
        row("A"),
        row("A", name="许小满", serial=2, relation="女儿"),
        row("B", name="江一帆", identity="1"),
        *many(3)[2:],
    ]
    assert take(ledger, check(ledger, workbook(rows))) == 2
    rows[2] = row("B", name="江一帆", serial=5)
    mended = check(ledger, workbook(rows))
    assert (mended.rows_total, mended.rows_good, mended.rows_known, mended.faults, mended.asked) == (4, 1, 3, [], [])
    assert take(ledger, mended) == 1
    with pytest.raises(Refused, match="没有可导入的行"):
        take(ledger, check(ledger, workbook(rows)))
    assert (Household.objects.count(), Person.objects.count(), RegisterEntry.objects.count()) == (3, 4, 6)


def partly_known(ledger):
    """A list of a family of which the head stands on the ledger as L-1, and the daughter doesn't."""
    take(ledger, check(ledger, workbook([row("L-1")])))
    rows = [row("L-1"), row("L-1", name="许小满", serial=2, relation="女儿", category="重度残疾人")]
    return check(ledger, workbook(rows))


def test_a_family_that_is_there_in_part_is_asked_about(ledger):
    checked = partly_known(ledger)
    assert (checked.rows_good, checked.rows_known, checked.asked) == (
        0,
        1,
        [{"row": 2, "rows": [3], "home": "L-1", "why": "same_family", "can_join": True, "suggested": "join"}],
    )
    with pytest.raises(Refused, match="没有可导入的行"):
        take(ledger, checked)


def test_new_members_join_the_household_that_is_there(ledger):
    assert take(ledger, partly_known(ledger), choices={2: "join"}) == 0
    household = Household.objects.get()
    assert [(person.name.reveal(), person.relation) for person in household.people.all()] == [("许星河", "户主"), ("许小满", "女儿")]  # fmt: skip
    assert list(household.categories.order_by("category__label").values_list("category__label", flat=True)) == ["城市低保", "重度残疾人"]  # fmt: skip
    assert AuditEvent.objects.get(action="household.rows_joined").detail == {"people": 1, "numbers_filled": 0}


def test_new_members_become_a_family_of_their_own_when_people_say_so(ledger):
    assert take(ledger, partly_known(ledger), choices={2: "new"}) == 1
    assert [(row.number, row.people.count()) for row in Household.objects.order_by("number")] == [
        ("L-1", 1),
        ("QH01-H-0001", 1),
    ]


def test_the_same_name_without_a_number_is_only_a_guess_and_joined_on_a_persons_word(ledger):
    family = make_household(ledger, persons=[{"name": "许星河"}])
    checked = check(ledger, workbook([row(), row(community="柳林二社区", serial=3)]))
    assert (checked.rows_good, checked.asked) == (
        1,
        [{"row": 2, "rows": [2], "home": family.number, "why": "same_person", "can_join": True, "suggested": "leave"}],
    )
    assert take(ledger, checked, choices={2: "join"}) == 1
    person = family.people.get()
    assert (person.id_number.reveal(), person.sex, Person.objects.count()) == (id_number(serial=1), "male", 2)
    assert queries.find_by_id_number(id_number(serial=1)) == person


def test_a_household_takes_no_second_head(ledger):
    take(ledger, check(ledger, workbook([row("L-1")])))
    rows = [row("", relation="本人", name="江一帆", serial=4), row("", relation="妻")]
    checked = check(ledger, workbook(rows))
    assert [(asked["can_join"], asked["suggested"]) for asked in checked.asked] == [(False, "leave")]
    with pytest.raises(Refused, match="没有可导入的行"):
        take(ledger, checked, choices={2: "join"})


def test_a_family_of_two_households_is_a_fault(ledger):
    take(ledger, check(ledger, workbook([row("L-1"), row("L-2", name="江一帆", serial=2)])))
    checked = check(ledger, workbook([row("L-1"), row("L-1", name="江一帆", serial=2, relation="妻")]))
    assert told(checked) == [(2, "", "同户第 3 行有错，整户暂不导入"), (3, "D", "与同户第 2 行在台账中不是一户")]


def test_a_person_of_another_contract_is_refused_without_a_word_about_the_household(ledger):
    other = make_household(ledger, name="许星河", id_number=id_number(serial=1))
    streets = [ledger.streets["柳林街道"]]
    contract = make_contract(ledger.contract.purchaser, ledger.rival, streets, ledger.expert, code="QH02")
    Household.objects.filter(pk=other.pk).update(contract=contract)
    assert told(check(ledger, workbook([row()]))) == [(2, "D", "这个身份证号已在台账中")]
