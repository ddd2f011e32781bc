"""PDF and Excel file come from the snapshot, and the same again years later."""

import io

import openpyxl
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pypdf import PdfReader

from documents import jobs as runner
from documents.actions import jobs
from documents.models import Job, StoredFile
from services.models import MonthlyReport
from services.queries import reports as queries
from services.reporting import sheets
from tenancy.models import AuditEvent
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.reports.arranged import (
    TOLD_AT,
    content,
    handed_in,
    inside,
    make_files,
    returned,
)


def test_the_pdf_tells_what_the_snapshot_holds(cast, handed):
    made = make_files(cast, handed)
    reader = PdfReader(io.BytesIO(content(made.pdf)))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for part in (
        "2024年6月",
        "QH01-YB-2024-06（第 1 次提交）",
        "同心社工服务中心",
        "社区活动（场）",
        "参加人数仅 12 人，少于 30 人",
        "已排 7月12日。",
        "补齐签到表",
        "端午包粽子",
        made.snapshot.digest,
        "填报：许星河",
    ):
        assert part in text, part
    assert reader.outline[0].title == "青河区精准救助服务工作月报"
    assert "典型事例" not in text
    assert len({image.data for page in reader.pages for image in page.images}) == 1
    assert made.pdf.name == "QH01-YB-2024-06-第1次.pdf"


def test_the_workbook_holds_the_same_numbers_as_numbers(cast, handed):
    made = make_files(cast, handed)
    book = openpyxl.load_workbook(io.BytesIO(content(made.workbook)))
    assert book.sheetnames == ["指标完成情况", "分街镇情况", "本月服务", "本月专用字段", "不计入的记录", "文字"]
    rows = {row[0]: row[1:9] for row in book["指标完成情况"].iter_rows(min_row=5, values_only=True)}
    assert rows["社区活动"][:5] == ("场", 4, 2, 3, 0.75)
    assert rows["电话回访比例"][:5] == ("%", 0.5, None, 1, 2)
    assert [row[:3] for row in book["分街镇情况"].iter_rows(min_row=6, values_only=True)] == [
        ("柳林街道", 2, 1),
        ("石桥街道", 1, 0),
        ("云岭镇", 0, 0),
        ("全合同", 3, 1),
    ]


def test_made_again_from_the_snapshot_the_files_are_the_same(cast, handed):
    first = make_files(cast, handed)
    digests = (first.pdf.sha256, first.workbook.sha256)
    with inside(cast):
        Job.objects.update(state="queued", attempt=0, lease_until=None)
        MonthlyReport.objects.update(pdf=None, workbook=None)
    again = make_files(cast, handed)
    assert (again.pdf.sha256, again.workbook.sha256) == digests
    assert (again.pdf_id, again.workbook_id) == (first.pdf_id, first.workbook_id)
    assert sheets.workbook(again.snapshot) == content(again.workbook)


def test_the_work_advances_step_by_step(cast, handed, monkeypatch):
    steps = []
    tell = jobs.report
    monkeypatch.setattr(
        jobs,
        "report",
        lambda job, *, done, total, at: steps.append((done, total)) or tell(job, done=done, total=total, at=at),
    )
    make_files(cast, handed)
    assert steps == [(1, 4), (2, 4), (3, 4)]


def test_files_of_an_older_submission_are_thrown_away(cast, handed):
    with inside(cast):
        job = queries.job_of(handed)
        again = handed_in(cast, returned(cast, handed), when=at("2024-07-05 09:00"))
    assert not runner.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=lambda: TOLD_AT)
    with inside(cast):
        assert Job.objects.get(pk=job.pk).error == "这份月报已重新提交，本次文件作废"
        assert MonthlyReport.objects.get(pk=again.pk).pdf_id is None
        assert not StoredFile.objects.filter(content_type="application/pdf").exists()


def test_a_photo_that_was_changed_in_the_storage_is_not_printed(cast, handed, caplog):
    with inside(cast):
        photo = StoredFile.objects.get(pk=handed.snapshot.data["photos"][0]["file"])
        default_storage.delete(photo.path)
        default_storage.save(photo.path, ContentFile(picture(80, 60, colour=(1, 2, 3))))
        job = queries.job_of(handed)
    assert not runner.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=lambda: TOLD_AT)
    with inside(cast):
        assert Job.objects.get(pk=job.pk).state == "queued"
        assert "does not have its digest" in AuditEvent.objects.get(action="job.retry").detail["reason"]
