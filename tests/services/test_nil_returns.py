"""Nil returns: one tap for a month that is over and in which nothing happened; taken by the purchaser."""

from datetime import date

import pytest

from services.actions import deliverables as actions
from services.actions import incidents
from services.models import Deliverable
from services.queries.nil_returns import grid, months_of
from tenancy import scope
from tenancy.problems import Refused
from tests.cast import at
from tests.services.pages import NOW, inside, moment, scene, text, url
from tests.services.test_rooms import book, of_contract, report

__all__ = ["book", "inside", "moment", "scene"]
MAY = date(2024, 5, 1)


def file(book, month=MAY, kind="food_safety", by=None, now=NOW):
    return actions.file_nil_return(
        book.cast.contract, kind=kind, month=month, by=by or book.cast.agency_manager, at=now
    )


def refused(inside, *arguments, **more):
    with pytest.raises(Refused) as refusal:
        inside(file, *arguments, **more)
    return [str(problem) for problem in refusal.value.problems]


def test_a_nil_return_is_a_paper_of_its_month_and_kind(book, inside):
    paper = inside(file, book)
    assert (paper.kind, paper.covers, paper.covers_from, paper.facts, paper.state, paper.title) == (
        "nil_return",
        "month",
        MAY,
        {"of": "food_safety"},
        "delivered",
        "2024年5月食品安全事故零报告",
    )


def test_a_month_that_is_not_over_is_refused(book, inside):
    assert refused(inside, book, date(2024, 6, 1)) == ["这个月还没有结束，月末以后再报"]
    assert refused(inside, book, date(2024, 6, 1), now=at("2024-06-30 23:59")) == ["这个月还没有结束，月末以后再报"]
    assert inside(file, book, date(2024, 6, 1), now=at("2024-07-01 00:00")).covers_from == date(2024, 6, 1)


def test_a_month_with_an_incident_is_refused_until_it_is_dismissed(book, inside):
    incident = inside(report, book, moment="2024-05-31 23:50")
    assert refused(inside, book) == ["这个月登记了 1 起，不能零报告"]
    assert inside(file, book, date(2024, 4, 1)).covers_from == date(2024, 4, 1)
    inside(incidents.dismiss_incident, incident, reason="不在站内", by=book.cast.contract_manager, at=NOW)
    assert inside(file, book).covers_from == MAY


def test_an_incident_of_another_kind_does_not_matter(book, inside):
    inside(report, book, kind="hazard", moment="2024-05-20 10:00")
    assert inside(file, book).covers_from == MAY


def test_a_month_is_filed_once_and_again_after_a_return(book, inside):
    paper = inside(file, book)
    assert refused(inside, book) == ["这个月已报过"]
    inside(actions.return_deliverable, paper, reason="核对三号楼", by=book.cast.contract_manager, at=NOW)
    assert inside(file, book).pk != paper.pk


def test_other_kinds_and_months_outside_the_term_are_refused(book, inside):
    assert refused(inside, book, kind="hazard") == ["合同没有要求这类事件零报告"]
    assert refused(inside, book, date(2023, 12, 1)) == ["这个月不在合同期内"]
    assert refused(inside, book, date(2024, 5, 2)) == ["这个月不在合同期内"]


def test_a_term_from_the_second_day_still_has_its_first_month(book):
    assert [period.whole_first for period in months_of(book.cast.contract)][:1] == [date(2024, 1, 1)]


def test_the_grid_tells_each_month(book, inside):
    inside(report, book, moment="2024-02-10 10:00")
    accepted = inside(file, book, date(2024, 1, 1))
    inside(actions.accept_deliverable, accepted, by=book.cast.contract_manager, at=NOW)
    inside(file, book, date(2024, 3, 1))
    returned = inside(file, book, date(2024, 4, 1))
    inside(actions.return_deliverable, returned, reason="核对", by=book.cast.contract_manager, at=NOW)
    [line] = inside(grid, book.cast.contract, [("food_safety", "食品安全事故")], on=date(2024, 6, 5))
    assert [cell.state for cell in line.cells] == ["accepted", "happened", "delivered", "returned", "missing", "open"]
    assert (line.missing, line.waiting) == (2, 1)


# --- on screen ----------------------------------------------------------------------------------------------------
def test_one_tap_files_and_one_tap_takes(book, sign_in):
    agency = sign_in(book.cast.agency_manager)
    assert "零报告 2024年5月 食品安全事故" in text(agency.get(of_contract(book, "nil_returns")))
    values = {"kind": "food_safety", "month": "2024-05-01"}
    assert agency.post(of_contract(book, "file_nil_return"), values).url == of_contract(book, "nil_returns")
    with scope.tenant(book.cast.tenant.pk):
        paper = Deliverable.objects.get()
    bureau = sign_in(book.cast.contract_manager)
    assert "接收 2024年5月 食品安全事故" in text(bureau.get(of_contract(book, "nil_returns")))
    assert bureau.post(url(book, "accept_deliverable", pk=paper.pk)).url == of_contract(book, "nil_returns")
    assert "已接收" in text(bureau.get(of_contract(book, "nil_returns")))


def test_a_refused_return_is_told_on_the_grid(book, sign_in):
    values = {"kind": "food_safety", "month": "2024-06-01"}
    answer = sign_in(book.cast.agency_manager).post(of_contract(book, "file_nil_return"), values)
    assert (answer.status_code, "这个月还没有结束，月末以后再报" in text(answer)) == (409, True)


@pytest.mark.parametrize(
    ("role", "status"), [("social_worker", 403), ("contract_manager", 403), ("liaison", 302), ("quality_control", 302)]
)
def test_who_files(book, sign_in, role, status):
    values = {"kind": "food_safety", "month": "2024-05-01"}
    assert sign_in(book.cast.members[role]).post(of_contract(book, "file_nil_return"), values).status_code == status


@pytest.mark.parametrize("month", ["", "2024-5", "x"])
def test_a_month_that_is_none_is_told(book, sign_in, month):
    values = {"kind": "food_safety", "month": month}
    assert sign_in(book.cast.agency_manager).post(of_contract(book, "file_nil_return"), values).status_code == 422
