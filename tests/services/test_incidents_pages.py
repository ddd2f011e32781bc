"""Incidents on screen: reported by either side, found true or not by the purchaser, closed with what was done."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.models import Incident
from tenancy import scope
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.pages import inside, moment, scene, text, url
from tests.services.test_rooms import book, of_contract, report

__all__ = ["book", "inside", "moment", "scene"]


def page_of(book, incident, name="incident"):
    return url(book, name, pk=incident.pk)


def now_of(book, incident):
    with scope.tenant(book.cast.tenant.pk):
        return Incident.objects.get(pk=incident.pk)


def new(book, kind):
    return f"{of_contract(book, 'new_incident')}?kind={kind}"


VALUES = {"title": "楼道堆物", "happened_at": "2024-06-04T15:30", "narrative": "三单元楼道堆满纸箱"}


def test_reporting_asks_for_the_kind_then_only_for_what_the_contract_counts(book, sign_in):
    client = sign_in(book.cast.social_worker)
    chooser = text(client.get(of_contract(book, "new_incident")))
    assert ("食品安全事故" in chooser, "安全隐患" in chooser) == (True, True)
    assert ("等级" in text(client.get(new(book, "hazard"))), "等级" in text(client.get(new(book, "food_safety")))) == (
        True,
        False,
    )


def test_a_report_keeps_facts_photo_and_sealed_words(book, sign_in):
    photo = SimpleUploadedFile("1.jpg", picture(80, 60, colour=(9, 9, 9)), "image/jpeg")
    values = {**VALUES, "fact_level": "serious", "household": book.household.number, "paper_photo": photo}
    answer = sign_in(book.cast.social_worker).post(new(book, "hazard"), values)
    assert answer.status_code == 302
    with scope.tenant(book.cast.tenant.pk):
        row = Incident.objects.get()
        assert (row.kind, row.facts, row.papers, row.state, row.area) == (
            "hazard",
            {"level": "serious"},
            ["photo"],
            "reported",
            book.household.area,
        )
        assert (row.happened_at, row.narrative.reveal(), row.person) == (
            at("2024-06-04 15:30"),
            "三单元楼道堆满纸箱",
            book.household.people.get(),
        )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"title": ""}, "必填"),
        ({"happened_at": "2024-06-06T10:00"}, "发生时间不得晚于现在"),
        ({"household": "QH01-H-9999"}, "台账里没有这个户编号"),
        ({"fact_level": "huge"}, "huge"),
    ],
)
def test_a_wrong_report_is_told_and_kept(book, sign_in, more, told):
    answer = sign_in(book.cast.social_worker).post(new(book, "hazard"), {**VALUES, **more})
    assert (answer.status_code, told in text(answer), "三单元楼道堆满纸箱" in text(answer)) == (422, True, True)
    with scope.tenant(book.cast.tenant.pk):
        assert Incident.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [("social_worker", 200), ("contract_manager", 200), ("section_chief", 200), ("quality_control", 403), ("subdistrict_officer", 403), ("auditor", 403)],
)  # fmt: skip
def test_either_side_of_the_contract_reports_and_nobody_else(book, sign_in, role, status):
    assert sign_in(book.cast.members[role]).get(of_contract(book, "new_incident")).status_code == status


def test_the_purchaser_confirms_then_closes_with_what_was_done(book, inside, sign_in):
    incident = inside(report, book)
    client = sign_in(book.cast.contract_manager)
    assert "属实" in text(client.get(page_of(book, incident)))
    assert client.post(page_of(book, incident, "confirm_incident")).status_code == 302
    assert now_of(book, incident).state == "confirmed"
    values = {"closed_on": "2024-06-05", "outcome": "送医，食材封样送检"}
    assert client.post(page_of(book, incident, "close_incident"), values).status_code == 302
    page = text(client.get(page_of(book, incident)))
    assert ("已办结" in page, "送医，食材封样送检" in page) == (True, True)


def test_dismissing_wants_a_reason_and_shows_it(book, inside, sign_in):
    incident, client = inside(report, book), sign_in(book.cast.contract_manager)
    refused = client.post(page_of(book, incident, "dismiss_incident"), {"reason": ""})
    assert (refused.status_code, "写明为什么不属实" in text(refused)) == (422, True)
    assert client.post(page_of(book, incident, "dismiss_incident"), {"reason": "未在站内就餐"}).status_code == 302
    assert "未在站内就餐" in text(client.get(page_of(book, incident)))


def test_a_second_decision_says_that_it_is_decided(book, inside, sign_in):
    incident, client = inside(report, book), sign_in(book.cast.contract_manager)
    client.post(page_of(book, incident, "confirm_incident"))
    again = client.post(page_of(book, incident, "dismiss_incident"), {"reason": "重复"})
    assert (again.status_code, "这起事件是“属实”，不能认定不属实" in text(again)) == (409, True)


def test_nobody_confirms_what_they_reported_themselves(book, inside, sign_in):
    incident = inside(report, book, by=book.cast.contract_manager)
    client = sign_in(book.cast.contract_manager)
    assert "你报告的事件，由甲方另一人核实" in text(client.get(page_of(book, incident)))
    assert client.post(page_of(book, incident, "confirm_incident")).status_code == 409
    assert sign_in(book.cast.section_chief).post(page_of(book, incident, "confirm_incident")).status_code == 302


@pytest.mark.parametrize(
    ("role", "sees"),
    [("contract_manager", True), ("social_worker", True), ("subdistrict_officer", False), ("auditor", False)],
)
def test_what_happened_is_read_by_the_parties_only(book, inside, sign_in, role, sees):
    incident = inside(report, book, narrative="两人腹痛送医", area=book.cast.communities["柳林一社区"])
    assert ("两人腹痛送医" in text(sign_in(book.cast.members[role]).get(page_of(book, incident)))) == sees


def test_a_subdistrict_sees_its_own_area_only(book, inside, sign_in):
    here = inside(report, book, title="柳林来电", area=book.cast.communities["柳林一社区"])
    there = inside(report, book, title="石桥来电", area=book.cast.communities["石桥社区"])
    client = sign_in(book.cast.subdistrict_officer)
    page = text(client.get(of_contract(book, "incidents")))
    assert ("柳林来电" in page, "石桥来电" in page) == (True, False)
    assert [client.get(page_of(book, row)).status_code for row in (here, there)] == [200, 404]


def test_the_list_narrows_by_kind_and_state(book, inside, sign_in):
    inside(report, book)
    inside(report, book, kind="hazard", title="楼道堆物")
    client = sign_in(book.cast.contract_manager)
    for query, found in (
        ("kind=hazard", (False, True)),
        ("state=reported", (True, True)),
        ("state=closed", (False, False)),
    ):
        page = text(client.get(f"{of_contract(book, 'incidents')}?{query}"))
        assert ("晚餐后两人腹痛" in page, "楼道堆物" in page) == found


def test_a_paper_is_added_and_opened_by_the_parties(book, inside, sign_in):
    incident, client = inside(report, book), sign_in(book.cast.contract_manager)
    upload = SimpleUploadedFile("1.jpg", picture(80, 60, colour=(9, 9, 9)), "image/jpeg")
    address = page_of(book, incident, "add_incident_paper")
    assert client.post(address, {"kind": "photo", "file": upload}).status_code == 302
    with scope.tenant(book.cast.tenant.pk):
        paper = incident.incident_papers.get()
    opened = url(book, "incident_paper", pk=incident.pk, paper=paper.pk)
    assert b"".join(client.get(opened).streaming_content)
    assert sign_in(book.cast.auditor).get(opened).status_code == 403
    refused = sign_in(book.cast.contract_manager).post(address, {"kind": "screenshot"})
    assert (refused.status_code, "选一个文件" in text(refused)) == (422, True)
