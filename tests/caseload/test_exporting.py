"""Ledgers as Excel files: masked unless asked otherwise, audited, and gone after a day."""

import io
import re
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import load_workbook

from caseload.actions import exporting, groups
from caseload.models import LedgerExport
from caseload.rules import exporting as rules
from documents import jobs
from documents.actions.files import open_file
from documents.models import StoredFile
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload.conftest import make_case, make_household, set_up_ledger
from tests.caseload.people import id_number
from tests.cast import at

NAME, CHILD = "白露华", "白小满"
NUMBER, CHILD_NUMBER = id_number(date(1962, 3, 4), 31), id_number(date(2015, 5, 6), 32)
PHONE, ADDRESS, NEEDS = "13800000071", "柳林一社区 3 号楼", "希望就近就业"


@pytest.fixture
def full(ledger):
    """A ledger with an adult and a child, a case and a group."""
    persons = [
        {"name": NAME, "id_number": NUMBER, "phone": PHONE},
        {"name": CHILD, "id_number": CHILD_NUMBER, "relation": "女"},
    ]
    household = make_household(ledger, persons=persons, address=ADDRESS, details={"needs": NEEDS})
    make_case(ledger, household)
    groups.plan_group(
        contract=ledger.contract, title="邻里互助小组", area=household.area, leader=ledger.social_worker, members=8, by=ledger.social_worker, at=at()
    )  # fmt: skip
    return ledger


def made(cast, kind, *, by=None, **known):
    """An export and the workbook that its job made."""
    export = exporting.ask_export(
        contract=cast.contract, kind=kind, by=by or cast.agency_manager, at=clock.now(), **known
    )
    assert jobs.run(tenant_id=cast.tenant.pk, job_id=export.job_id, now=clock.now) is True
    export.refresh_from_db()
    with open_file(export.file) as content:
        return export, content.read()


def text_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def cells(content):
    """[{head: cell}] of the table, and the sheet."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(at for at, row in enumerate(rows) if row[0] == "序号")
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]], sheet


@pytest.mark.parametrize("kind", rules.COLUMNS)
def test_no_personal_value_is_in_a_masked_ledger(kind, full):
    export, content = made(full, kind)
    text = text_of(content)
    assert re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", text) == []
    assert [value for value in (NAME, CHILD, PHONE, ADDRESS, NEEDS) if value in text] == []
    assert (export.rows, export.file.name.endswith(".xlsx")) == (
        {"people": 2, "changes": 0}.get(kind, 1),
        True,
    )


def test_a_ledger_is_laid_out_for_a_desk_and_for_paper(full):
    _, content = made(full, "households")
    (row,), sheet = cells(content)
    assert (row["户主"], row["身份证号"], row["家庭人口"], row["建档日期"], row["住址"]) == (
        "白**",
        NUMBER[:3] + "*" * 11 + NUMBER[-4:],
        2,
        datetime(2024, 5, 6),  # noqa: DTZ001 - a cell has no zone
        "已登记",
    )
    head = next(cell.row for cell in sheet["A"] if cell.value == "序号")
    assert (sheet.freeze_panes, sheet.auto_filter.ref.startswith(f"A{head}:"), sheet.print_title_rows) == (
        f"B{head + 1}",
        True,
        f"${head}:${head}",
    )
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    mark = sheet["A3"].value
    assert re.fullmatch(r"导出人 许星河（同心.*）　\d{4}-\d\d-\d\d \d\d:\d\d", mark) is not None
    assert (mark in sheet.oddFooter.center.text, sheet.oddFooter.right.text) == (True, "第 &P 页　共 &N 页")


def test_an_open_ledger_needs_a_purpose_and_a_permission_and_hides_minors(full):
    for by, purpose, told in (
        (full.quality_control, "季度核对", "你的角色不能导出含个人信息的台账"),
        (full.agency_manager, " ", "导出个人信息须写明用途"),
        (full.social_worker, "季度核对", "你的角色不能导出台账"),
    ):
        with pytest.raises(Refused) as refused:
            made(full, "people", by=by, is_open=True, purpose=purpose)
        assert refused.value.message == told
    export, content = made(full, "people", is_open=True, purpose="区局季度核对")
    adult, child = cells(content)[0]
    assert (adult["姓名"], adult["身份证号"], adult["联系电话"], adult["出生日期"]) == (
        NAME,
        NUMBER,
        PHONE,
        datetime(1962, 3, 4),  # noqa: DTZ001 - a cell has no zone
    )
    assert (child["姓名"][:2], child["身份证号"], child["出生日期"], CHILD in text_of(content)) == (
        "某某",
        "*" * 16 + CHILD_NUMBER[-2:],
        "2015年",
        False,
    )
    event = AuditEvent.objects.filter(action="ledger.export_made").get()
    assert (event.detail["rows"], event.detail["open"], event.fields_seen[1]) == (2, True, "person.id_number")
    asked = AuditEvent.objects.filter(action="ledger.export_asked").get()
    assert (asked.detail["purpose"], export.purpose) == ("区局季度核对", "区局季度核对")


def test_an_officer_takes_out_the_own_street_alone(full):
    make_household(full, community="石桥社区", name="江秋白")
    assert made(full, "households")[0].rows == 2
    assert made(full, "households", by=full.subdistrict_officer)[0].rows == 1
    assert made(full, "households", street=full.streets["石桥街道"])[0].rows == 1


def test_an_export_is_deleted_after_a_day(full):
    export, _ = made(full, "cases")
    path = export.file.path
    assert exporting.remove_expired(at=export.expires_at - timedelta(seconds=1)) == 0
    assert exporting.note_download(export, by=full.agency_manager, at=clock.now()) == export.file
    assert exporting.remove_expired(at=export.expires_at) == 1
    export.refresh_from_db()
    assert (export.file, export.removed_at, StoredFile.objects.filter(path=path).exists()) == (
        None,
        export.expires_at,
        False,
    )
    with pytest.raises(Refused):
        exporting.note_download(export, by=full.agency_manager, at=clock.now())
    assert export.expires_at - export.made_at == timedelta(hours=24)


def test_the_content_of_an_expired_export_is_gone(full, django_capture_on_commit_callbacks):
    export, _ = made(full, "cases")
    path = export.file.path
    with django_capture_on_commit_callbacks(execute=True):
        exporting.remove_expired(at=export.expires_at)
    assert default_storage.exists(path) is False


def test_a_ledger_is_asked_for_made_and_downloaded_by_the_one_who_asked(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        make_household(cast)
    at_page = lambda name, **more: reverse(f"caseload:{name}", kwargs={"tenant": cast.tenant.slug, **more})  # noqa: E731
    client, sent = sign_in(cast.agency_manager), {"contract": cast.contract.pk, "kind": "households"}
    assert client.post(at_page("exports"), sent | {"is_open": "on"}).status_code == 422
    page = client.post(at_page("exports"), sent)["Location"]
    assert client.get(page).status_code == 200
    with scope.tenant(cast.tenant.pk):
        export = LedgerExport.objects.get()
    assert jobs.run(tenant_id=cast.tenant.pk, job_id=export.job_id, now=clock.now) is True
    assert client.get(at_page("exports")).status_code == 200
    answer = client.post(at_page("download_export", pk=export.pk))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    with scope.tenant(cast.tenant.pk):
        assert AuditEvent.objects.filter(action="ledger.export_downloaded").count() == 1
    other = sign_in(cast.contract_manager)
    assert (other.get(page).status_code, other.post(at_page("download_export", pk=export.pk)).status_code) == (404, 404)
    assert "is_open" not in sign_in(cast.quality_control).get(at_page("exports")).context["form"].fields
    assert sign_in(cast.social_worker).get(at_page("exports")).status_code == 403
