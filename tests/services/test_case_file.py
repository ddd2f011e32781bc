"""The whole file of a case: papers, sessions with their photos, scanned papers, one PDF with running numbers."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader, PdfWriter

from caseload.models import CasePaper
from caseload.queries import get_case
from documents import jobs
from documents.actions import files
from documents.models import Job
from services.actions.case_files import drop_old_files
from services.casefile import whole
from services.queries.case_files import JOB_KIND
from services.rules import case_files as rules
from tenancy import clock
from tenancy.models import AuditEvent
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]

TEXT = "目标：了解近况\n谈就医和补贴办理，协助填写申请表。\n反应：愿意继续接受服务\n下一步：陪同复诊"


def scanned(*sizes, password="", rotate=0):
    """A PDF of blank pages of these sizes, each with a square drawn on it."""
    writer = PdfWriter()
    for size in sizes:
        page = writer.add_blank_page(*size)
        if rotate:
            page.rotate(rotate)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def paper(cast, case, kind, name, content):
    known = {"by": cast.social_worker, "at": at("2024-06-04 10:00")}
    stored = files.store(SimpleUploadedFile(name, content), allow={"image", "paper"}, **known)
    return CasePaper.objects.create(
        case=case,
        kind=kind,
        file=stored,
        version=CasePaper.objects.filter(case=case, kind=kind).count() + 1,
        filled_on=date(2024, 6, 4),
        filled_by=cast.social_worker,
        created_at=at("2024-06-04 10:00"),
    )


def pages_of(answer):
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, ["".join(page.extract_text().split()) for page in reader.pages]


def printed(scene, sign_in, member=None):
    return sign_in(member or scene.cast.social_worker).post(url(scene, "print_case", pk=scene.case.pk))


# --- what a session says -----------------------------------------------------------------------------------------------
def test_a_session_s_paragraphs_answer_the_questions_of_the_form_and_no_word_is_lost():
    assert rules.answers_of(TEXT) == [
        ("本次目标", "了解近况\n谈就医和补贴办理，协助填写申请表。"),
        ("介入内容", ""),
        ("服务对象的反应和改变", "愿意继续接受服务"),
        ("下一步", "陪同复诊"),
    ]


def test_a_text_without_heads_is_the_content_and_the_other_questions_stay_open():
    assert rules.answers_of("他说：不想去\n药:每天两片") == [
        ("介入内容", "他说：不想去\n药:每天两片"),
        ("服务对象的反应和改变", ""),
        ("下一步", ""),
    ]


# --- the file ------------------------------------------------------------------------------------------------------------
def test_the_file_holds_every_session_that_was_handed_in_in_order_with_its_photo(scene, inside, sign_in):
    inside(scene.verified, moment="2024-06-03 10:00", narrative=TEXT, area=scene.household.area)
    inside(scene.submitted, moment="2024-05-20 09:30", mode="phone", direct=False, narrative="电话约时间")
    inside(scene.returned, moment="2024-05-27 09:30", narrative="被退回的")
    inside(scene.start, moment="2024-05-28 09:30", narrative="还没写完的")
    reader, pages = pages_of(printed(scene, sign_in))
    whole = "".join(pages)
    first, second = (
        next(no for no, page in enumerate(pages) if word in page and no > 1)
        for word in ("电话约时间", "愿意继续接受服务")
    )
    said = (
        "第1次",
        "间接介入",
        "9:30—10:10（40分钟）",
        "陪同复诊",
        "已核",
        "照片，2024-06-03，柳林一社区，未登记拍照同意",
        "个案工作过程记录表（第2次）",
    )
    assert (first < second, {word: word in whole for word in said}) == (True, dict.fromkeys(said, True))
    assert [word in whole for word in ("被退回的", "还没写完的")] == [False, False]
    assert len({image.name for page in reader.pages for image in page.images}) == 2


def test_scanned_papers_lie_at_their_place_with_running_numbers_and_broken_ones_are_named(scene, inside, sign_in):
    cast, case = scene.cast, scene.case
    inside(paper, cast, case, "agreement", "签字协议.pdf", scanned((595, 842), (842, 595)))
    inside(paper, cast, case, "satisfaction", "加密.pdf", scanned((595, 842), password="1234"))
    inside(paper, cast, case, "referral", "坏的.pdf", b"%PDF-1.4\n1 0 obj <<>> endobj\nstartxref\n0\n%%EOF")
    reader, pages = pages_of(printed(scene, sign_in))
    contents = pages[1]
    assert (
        [word in contents for word in ("满意度调查表（原件）（加密）", "个案转介记录表（签字件）（打不开）")],
        contents.count("见附件"),
    ) == ([True, True], 2)
    scan = next(no for no, page in enumerate(pages) if "扫描件第1页，共2页" in page)
    assert [f"第{no + 1}页" in pages[no] for no in (scan, scan + 1)] == [True, True]
    assert f"个案服务协议（签字件）2024-06-04{scan + 1}" in contents
    marks = {mark.title: reader.get_destination_page_number(mark) for mark in reader.outline}
    assert marks["个案服务协议（签字件）"] == scan
    assert "/Scan" in reader.pages[scan]["/Resources"]["/XObject"]


def test_a_large_file_is_made_by_a_job_once_a_day_for_each_person_and_only_for_who_handles_the_case(
    scene, inside, sign_in, monkeypatch
):
    monkeypatch.setattr(rules, "MOST_SHEETS", 0)
    cast, case = scene.cast, scene.case
    inside(paper, cast, case, "agreement", "签字协议.pdf", scanned((595, 842)))
    page = printed(scene, sign_in)
    again = printed(scene, sign_in)
    job = inside(lambda: Job.objects.get(kind=JOB_KIND))
    assert (page.status_code, page["Location"]) == (302, url(scene, "case_file", pk=job.pk))
    assert again["Location"] == page["Location"]
    client = sign_in(cast.social_worker)
    waiting = client.get(page["Location"])
    assert ("打开案卷" in text(waiting), "排队" in text(waiting)) == (False, True)
    assert client.post(url(scene, "open_case_file", pk=job.pk)).status_code == 404
    assert jobs.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=clock.now)
    assert inside(lambda: Job.objects.values_list("done", "total").get(pk=job.pk)) == (3, 3)
    assert "打开案卷" in text(client.get(page["Location"]))
    opened = client.post(url(scene, "open_case_file", pk=job.pk))
    assert (opened["Cache-Control"], len(pages_of(opened)[0].pages)) == ("no-store", 4)
    for member in (cast.quality_control, cast.rivals["social_worker"], cast.section_chief):
        known = [sign_in(member).get(page["Location"]), client.post(url(scene, "open_case_file", pk=job.pk))]
        assert [answer.status_code for answer in known] == [404, 404]
    assert printed(scene, sign_in, cast.quality_control)["Location"] != page["Location"]
    inside(paper, cast, case, "photo", "新照片.jpg", picture(60, 40))
    assert printed(scene, sign_in)["Location"] != page["Location"]


def test_opening_the_file_is_remembered_with_the_papers_that_were_seen_and_strangers_get_none(scene, inside, sign_in):
    cast = scene.cast
    inside(scene.verified)
    inside(paper, cast, scene.case, "photo", "照片.jpg", picture(60, 40))
    for member in (cast.section_chief, cast.contract_manager, cast.auditor, cast.rivals["social_worker"]):
        assert printed(scene, sign_in, member).status_code == 404
    assert printed(scene, sign_in, cast.subdistrict_officer).status_code == 200
    event = inside(lambda: AuditEvent.objects.get(action="case.file_printed"))
    assert (event.object_id, event.fields_seen) == (scene.case.pk, ["photo", "process", "session"])


def test_reading_the_file_takes_as_many_statements_for_many_sessions_as_for_one(scene, inside):
    def statements():
        case = get_case(scene.cast.social_worker, scene.case.pk, on=date(2024, 6, 5))
        with CaptureQueriesContext(connection) as seen:
            whole.gathered(case)
        return len(seen)

    inside(scene.verified)
    one = inside(statements)
    for day in (10, 11, 12):
        inside(scene.verified, moment=f"2024-06-{day} 10:00")
    assert inside(statements) == one


def test_forty_pages_with_sessions_photos_and_scans_are_bound_with_right_numbers(scene, inside, sign_in, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SHEETS", 100)
    monkeypatch.setattr(rules, "MOST_FILES", 100)
    for number in range(1, 13):
        inside(
            scene.verified,
            moment=f"2024-05-{number + 10} 10:00",
            narrative=f"第{number}次谈话：" + "谈近况和复诊安排。" * 40,
        )
    inside(paper, scene.cast, scene.case, "agreement", "协议.pdf", scanned(*[(595, 842)] * 14))
    inside(paper, scene.cast, scene.case, "satisfaction", "问卷.pdf", scanned(*[(842, 595)] * 10, rotate=90))
    reader, pages = pages_of(printed(scene, sign_in))
    assert len(pages) >= 40
    assert [f"第{no}页共{len(pages)}页" in page for no, page in enumerate(pages[1:], 2)] == [True] * (len(pages) - 1)
    marks = [(mark.title, reader.get_destination_page_number(mark) + 1) for mark in reader.outline]
    sessions = [page for title, page in marks if title.startswith("个案工作过程记录表（第")]
    assert len(sessions) == 12
    assert [f"第{number}次谈话" in pages[page - 1] for number, page in enumerate(sessions, 1)] == [True] * 12
    contents = pages[1]
    assert [f"（第{number}次）2024-05-{number + 10}{page}" in contents for number, page in enumerate(sessions, 1)] == [True] * 12  # fmt: skip


def test_a_bound_file_is_dropped_after_a_week_and_can_be_made_again(scene, inside, sign_in, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SHEETS", 0)
    inside(paper, scene.cast, scene.case, "photo", "照片.jpg", picture(60, 40))
    page = printed(scene, sign_in)["Location"]
    job = inside(lambda: Job.objects.get(kind=JOB_KIND))
    jobs.run(tenant_id=scene.cast.tenant.pk, job_id=job.pk, now=clock.now)
    counted = [inside(drop_old_files, at=at(when)) for when in ("2024-06-12 08:00", "2024-06-12 10:00", "2024-06-13 10:00")]  # fmt: skip
    assert counted == [0, 1, 0]
    shown = text(sign_in(scene.cast.social_worker).get(page))
    assert ("打开案卷" in shown, "再生成一次" in shown) == (False, True)
