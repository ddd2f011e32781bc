"""Registers on screen: entered under a name or a household's number, with what is counted, and left again."""

from datetime import date

import pytest

from caseload.models import RegisterEntry
from contracts.models import Label
from services.actions import registers as actions
from tenancy import scope
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url
from tests.services.test_rooms import book, of_contract

__all__ = ["book", "inside", "moment", "scene"]


def point(book, label="柳林救助点", **more):
    return actions.enter_register(
        book.cast.contract,
        kind="rescue_point",
        label=label,
        from_day=date(2024, 1, 2),
        by=book.cast.social_worker,
        at=at(),
        **more,
    )


def entry_of(book):
    with scope.tenant(book.cast.tenant.pk):
        return RegisterEntry.objects.select_related("household__area", "area__street", "street").get()


def new(book, code="rescue_point"):
    return of_contract(book, "new_register_entry", code=code)


def test_the_registers_that_the_contract_counts_are_listed_with_how_many_stand_on_them(book, inside, sign_in):
    inside(point, book)
    inside(Label.objects.create, family="register", code="sample", label="回访样本")
    page = text(sign_in(book.cast.contract_manager).get(of_contract(book, "registers")))
    assert ("街道救助点" in page, "在册 1" in page, "回访样本" in page) == (True, True, False)


def test_a_point_is_entered_with_its_facts_papers_and_place(book, sign_in):
    client = sign_in(book.cast.social_worker)
    page = text(client.get(new(book)))
    assert ("supplies" in page, "照片" in page or "photo" in page) == (True, True)
    place = book.cast.communities["柳林一社区"]
    values = {
        "label": "柳林救助点",
        "from_day": "2024-06-03",
        "area": str(place.pk),
        "fact_supplies": "true",
        "papers": ["photo"],
    }
    assert client.post(new(book), values).url == of_contract(book, "register", code="rescue_point")
    entry = entry_of(book)
    assert (entry.label, entry.facts, entry.papers, entry.area, entry.street) == (
        "柳林救助点",
        {"supplies": True},
        ["photo"],
        place,
        place.street,
    )


def test_a_household_of_the_ledger_is_entered_by_its_number(book, sign_in):
    values = {"household": book.household.number, "from_day": "2024-06-03"}
    assert sign_in(book.cast.social_worker).post(new(book), values).status_code == 302
    assert (entry_of(book).household, entry_of(book).area) == (book.household, book.household.area)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "填名称或编号，或填户编号，只填一项"),
        ({"label": "甲", "household": "QH01-H-0001"}, "填名称或编号，或填户编号，只填一项"),
        ({"household": "QH01-H-9999"}, "台账里没有户编号 QH01-H-9999"),
    ],
)
def test_the_subject_is_named_once(book, sign_in, values, told):
    answer = sign_in(book.cast.social_worker).post(new(book), {"from_day": "2024-06-03", **values})
    assert (answer.status_code, told in text(answer)) == (422, True)


def test_the_same_point_twice_is_refused(book, inside, sign_in):
    inside(point, book)
    answer = sign_in(book.cast.social_worker).post(new(book), {"label": "柳林救助点", "from_day": "2024-06-03"})
    assert (answer.status_code, "同一对象在这份名册上的时段重叠" in text(answer)) == (422, True)


def test_facts_and_papers_are_changed_afterwards(book, inside, sign_in):
    entry, client = inside(point, book, facts={"supplies": True}, papers=["photo"]), sign_in(book.cast.social_worker)
    page = text(client.get(url(book, "edit_register_entry", pk=entry.pk)))
    assert page.count("checked") == 2
    assert client.post(url(book, "edit_register_entry", pk=entry.pk), {"fact_supplies": "false"}).status_code == 302
    assert (entry_of(book).facts, entry_of(book).papers) == ({"supplies": False}, [])


def test_an_entry_leaves_after_its_last_day_and_is_found_among_those_who_left(book, inside, sign_in):
    entry, client = inside(point, book), sign_in(book.cast.social_worker)
    assert client.post(url(book, "leave_register_entry", pk=entry.pk), {"to_day": "2024-06-04"}).status_code == 302
    address = of_contract(book, "register", code="rescue_point")
    shown = [[line.name for line in client.get(f"{address}{query}").context["lines"]] for query in ("", "?left=1")]
    assert shown == [[], ["柳林救助点"]]


def test_a_page_of_entries_goes_on_with_the_next(book, inside, sign_in, monkeypatch):
    from services.queries import registers

    monkeypatch.setattr(registers, "PAGE", 2)
    for label in ("丙", "甲", "乙"):
        inside(point, book, label=f"{label}点")
    client, address = sign_in(book.cast.contract_manager), of_contract(book, "register", code="rescue_point")
    first = client.get(address)
    cursor = first.context["next_page"]
    second = client.get(address, {"after": cursor})
    names = [line.name for page in (first, second) for line in page.context["lines"]]
    assert (len(names), len(set(names)), second.context["next_page"]) == (3, 3, "")


@pytest.mark.parametrize(
    ("role", "status"),
    [("social_worker", 200), ("agency_manager", 200), ("on_site_clerk", 403), ("contract_manager", 403)],
)
def test_field_staff_of_the_agency_keep_registers(book, sign_in, role, status):
    assert sign_in(book.cast.members[role]).get(new(book)).status_code == status


def test_an_unknown_register_is_not_found(book, sign_in):
    assert sign_in(book.cast.social_worker).get(of_contract(book, "register", code="nothing")).status_code == 404


def test_a_subdistrict_sees_the_entries_of_its_own_area(book, inside, sign_in):
    inside(point, book, area=book.cast.communities["柳林一社区"])
    inside(point, book, label="石桥救助点", area=book.cast.communities["石桥社区"])
    page = text(sign_in(book.cast.subdistrict_officer).get(of_contract(book, "register", code="rescue_point")))
    assert ("柳林救助点" in page, "石桥救助点" in page) == (True, False)
