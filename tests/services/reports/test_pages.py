"""The pages of monthly reports: who sees what, what they keep, how many statements they ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import Job
from services.actions import records
from services.actions import reports as actions
from tests.services.reports.arranged import TEXTS, TOLD_AT, content, handed_in, inside, make_files, with_consent


def address(cast, name, report=None, **more):
    return reverse(
        f"services:{name}", kwargs={"tenant": cast.tenant.slug, **({"pk": report.pk} if report else {}), **more}
    )


def get(client, cast, name, report=None, **more):
    return client.get(address(cast, name, report, **more))


def test_the_agency_writes_on_live_figures_and_the_bureau_does_not_see_a_draft(cast, report, sign_in):
    page = get(sign_in(cast.agency_manager), cast, "report", report)
    assert page.status_code == 200
    assert "提交月报" in page.content.decode()
    assert get(sign_in(cast.contract_manager), cast, "report", report).status_code == 404
    listed = get(sign_in(cast.contract_manager), cast, "reports").content.decode()
    assert "机构还没有提交" in listed
    assert str(report.pk) not in listed


def test_saving_from_the_page_answers_with_the_next_version(cast, report, sign_in):
    client = sign_in(cast.agency_manager)
    answer = client.post(address(cast, "save_report", report), TEXTS | {"version": 1})
    assert (
        answer.status_code,
        'name="version" value="2"' in answer.content.decode(),
        "已存 09:00" in answer.content.decode(),
    ) == (200, True, True)
    late = client.post(address(cast, "save_report", report), {"problems": "别的", "version": 1})
    assert (late.status_code, "别人刚改过这份月报" in late.content.decode()) == (409, True)


def test_handing_in_from_the_page_keeps_the_words_and_tells_what_is_missing(cast, report, sign_in):
    client = sign_in(cast.agency_manager)
    refused = client.post(
        address(cast, "submit_report", report),
        {"problems": "写了一半", "highlight": "", "next_month": "", "version": 1},
    )
    assert refused.status_code == 422
    assert "“下月计划”未填" in refused.content.decode()
    assert "写了一半" in refused.content.decode()
    done = client.post(address(cast, "submit_report", report), TEXTS | {"version": 2})
    assert done.status_code == 302
    shown = client.get(done.url).content.decode()
    assert "数字已固定，等甲方审阅" in shown
    assert f'hx-get="{address(cast, "report_papers", report)}" hx-trigger="every 1s"' in shown


def test_a_conflict_keeps_what_was_typed_on_the_page(cast, report, sign_in):
    with inside(cast):
        actions.save_texts(report, version=1, by=cast.quality_control, at=TOLD_AT, problems="质控写的")
    refused = sign_in(cast.agency_manager).post(
        address(cast, "submit_report", report), {**TEXTS, "problems": "主管写的", "version": 1}
    )
    assert refused.status_code == 422
    assert "主管写的" in refused.content.decode()


def test_the_reviewer_sees_the_differences_and_a_drafted_reason(cast, handed, scene, sign_in):
    with inside(cast):
        records.return_record(scene.other, reason="补签到表", by=cast.quality_control, at=TOLD_AT)
    page = get(sign_in(cast.contract_manager), cast, "report", handed).content.decode()
    assert "5 处不一致" in page
    assert "“社区活动”累计 3 场，按现有记录为 2 场，请核对后重新提交。" in page
    assert 'value="2024-07-05"' in page


def test_returning_and_accepting_from_the_page(cast, handed, sign_in):
    client = sign_in(cast.contract_manager)
    incomplete = client.post(address(cast, "return_report", handed), {"reason": "", "mend_by": "2024-07-08"})
    assert (incomplete.status_code, "写明要改什么" in incomplete.content.decode()) == (422, True)
    assert (
        client.post(address(cast, "return_report", handed), {"reason": "改", "mend_by": "2024-07-08"}).status_code
        == 302
    )
    twice = client.post(address(cast, "accept_report", handed))
    assert (twice.status_code, "这份月报是“退回”，现在不能接收" in twice.content.decode()) == (409, True)


def test_files_are_downloaded_by_both_sides_and_by_nobody_else(cast, handed, strangers, sign_in):
    made = make_files(cast, handed)
    for who in ("agency_manager", "contract_manager", "auditor"):
        for kind, stored in (("pdf", made.pdf), ("xlsx", made.workbook)):
            answer = get(sign_in(cast.members[who]), cast, "report_file", handed, kind=kind)
            assert b"".join(answer.streaming_content) == content(stored)
    assert "hx-get" not in get(sign_in(cast.contract_manager), cast, "report_papers", handed).content.decode()
    for stranger in (cast.rivals["agency_manager"], strangers.contract_manager):
        for kind in ("pdf", "xlsx", "exe"):
            assert get(sign_in(stranger), cast, "report_file", handed, kind=kind).status_code == 404
    assert get(sign_in(cast.agency_manager), cast, "report_file", handed, kind="exe").status_code == 404


def test_a_photo_is_shown_only_if_it_is_in_the_report(cast, handed, scene, sign_in):
    client = sign_in(cast.contract_manager)
    with inside(cast):
        shown, other = (row.evidence.get(kind="photo").file_id for row in (scene.event, scene.other))
    answer = get(client, cast, "report_photo", handed, file=shown)
    assert (answer.status_code, len(b"".join(answer.streaming_content)) > 0) == (200, True)
    assert get(client, cast, "report_photo", handed, file=other).status_code == 404


def test_failed_work_can_be_asked_for_again(cast, handed, sign_in):
    with inside(cast):
        Job.objects.update(state="failed", error="试了 3 次都没有完成")
    client = sign_in(cast.agency_manager)
    assert "再生成一次" in get(client, cast, "report", handed).content.decode()
    assert client.post(address(cast, "make_papers", handed)).status_code == 302
    with inside(cast):
        assert list(Job.objects.order_by("asked_at", "id").values_list("state", flat=True)) == ["failed", "queued"]


@pytest.mark.parametrize("name", ["reports", "report"])
def test_the_number_of_statements_does_not_grow_with_the_rows(cast, scene, report, sign_in, name):
    with inside(cast):
        scene.verified("event", moment="2024-06-26 09:00", title="二", participants=9)
        handed_in(cast, report)
    client = sign_in(cast.contract_manager)

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert get(client, cast, name, report if name == "report" else None).status_code == 200
        return len(captured)

    statements()
    few = statements()
    with inside(cast):
        for day in (27, 28):
            scene.verified("event", moment=f"2024-06-{day} 09:00", title=str(day), participants=9)
            with_consent(scene.verified("event", moment=f"2024-06-{day} 15:00", title=f"{day}下午"))
        actions.draft_due_reports(at=TOLD_AT)
    assert statements() == few
