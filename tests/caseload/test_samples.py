"""An evaluator sees drawn cases under numbers, and nothing else of the caseload."""

from datetime import date

import pytest
from django.db import transaction

from caseload.actions import cases, papers, samples
from caseload.models import SampledCase
from caseload.queries import samples as reads
from caseload.rules import samples as rules
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import carry_out, hand_in, make_case, make_household, set_up_ledger
from tests.caseload.filled import required
from tests.caseload.people import id_number
from tests.cast import at

DAY = {"from_day": date(2024, 6, 1), "to_day": date(2024, 12, 31)}
CHILD = {
    "name": "白小满",
    "id_number": id_number(birth=date(2014, 5, 6), serial=31),
    "phone": "13900005678",
    "relation": "女儿",
}
MOTHER = {"name": "欧阳露华", "id_number": id_number(birth=date(1980, 3, 4), serial=30), "phone": "13800001111"}
PROBLEM = f"白小满不愿上学，母亲欧阳露华失业，电话13900005678，家住柳巷深处9号，证件{CHILD['id_number']}"


def make_child_case(cast):
    """A child's case in the middle of its intervention, whose words name everybody."""
    household = make_household(cast, persons=[MOTHER, CHILD], address="柳巷深处9号")
    case = make_case(cast, household, problem=PROBLEM)
    type(case).objects.filter(pk=case.pk).update(person=household.people.get(is_head=False))
    case.refresh_from_db()
    case = cases.approve_intake(hand_in(cast, case), by=cast.subdistrict_officer, at=at("2024-05-15 10:00"))
    case = carry_out(cast, case)
    told = required("process", content="小满说想当老师；欧阳女士在柳林一社区等候")
    papers.file_form(
        case, "process", answers=told, on=date(2024, 6, 20), by=cast.social_worker, at=at("2024-07-01 11:00")
    )
    return case


@pytest.fixture
def outside(cast):
    """A drawn child's case with no scope open: for pages, which open their own."""
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        cast.child_case = make_child_case(cast)
        cast.grant = draw(cast)
        cast.sample = SampledCase.objects.get()
        cast.number = cast.child_case.household.number
    return cast


def draw(cast, **known):
    known = {"organisation": cast.evaluator.organisation, "purpose": "末期评估", "count": 5, **DAY} | known
    return samples.draw_sample(cast.contract, by=cast.contract_manager, at=at(), **known)


def test_a_draw_is_made_again_with_its_seed_and_its_order_is_no_order():
    ids = [f"{number:03d}" for number in range(50)]
    first = rules.draw(ids, 10, "a1")
    assert (first, len(set(first)), first != sorted(first)) == (rules.draw(reversed(ids), 10, "a1"), 10, True)
    assert rules.draw(ids, 10, "a2") != first
    assert sorted(rules.draw(ids, 99, "a1")) == ids


@pytest.mark.parametrize(
    ("born", "word"),
    [(None, "年龄不详"), (date(2014, 5, 6), "6 至 13 岁"), (date(2006, 6, 4), "14 至 17 岁"), (date(2006, 6, 3), "18 至 59 岁"), (date(1950, 1, 1), "60 岁以上")],
)  # fmt: skip
def test_an_age_is_told_as_a_band(born, word):
    assert rules.age_band(born, on=date(2024, 6, 3)) == word


def test_an_evaluator_sees_the_drawn_cases_only_in_the_time_of_the_grant(ledger):
    case = make_child_case(ledger)
    make_case(ledger, make_household(ledger, name="何木兰"))  # no story yet: not drawn
    grant = draw(ledger)
    assert (grant.drawn_from, list(grant.samples.values_list("number", "case"))) == (1, [(1, case.pk)])

    def seen(member, day):
        return [str(row) for row in reads.samples_of(ledger.members[member], on=date.fromisoformat(day))]

    assert [seen("evaluator", day) for day in ("2024-05-31", "2024-06-01", "2024-12-31", "2025-01-01")] == [[], ["样本 01"], ["样本 01"], []]  # fmt: skip
    samples.end_sample(grant, by=ledger.contract_manager, at=at())
    assert seen("evaluator", "2024-06-03") == []
    with pytest.raises(Conflict):
        samples.end_sample(grant, by=ledger.contract_manager, at=at())


def test_a_grant_to_one_person_is_not_everybodys(ledger):
    make_child_case(ledger)
    draw(ledger, membership=ledger.expert)
    on = date(2024, 6, 3)
    assert [reads.samples_of(ledger.members[role], on=on).count() for role in ("expert", "evaluator")] == [1, 0]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"count": 0}, "抽取例数为 1 至 60"),
        ({"to_day": date(2024, 5, 31)}, "截止日不得早于起始日"),
        ({"organisation": "provider"}, "只能向评估机构开放样本"),
        ({"membership": "social_worker"}, "评估员不在这个评估机构"),
    ],
)
def test_a_sample_is_drawn_properly_or_not_at_all(ledger, known, told):
    make_child_case(ledger)
    if known.get("organisation"):
        known = {"organisation": ledger.provider}
    if known.get("membership"):
        known = {"membership": ledger.social_worker}
    with pytest.raises(Refused) as refused, transaction.atomic():
        draw(ledger, **known)
    assert refused.value.problems == [told]


def test_without_cases_there_is_nothing_to_draw(ledger):
    with pytest.raises(Refused) as refused, transaction.atomic():
        draw(ledger)
    assert refused.value.problems == ["合同下没有已接案的个案，无从抽样"]


def test_an_opened_sample_tells_nothing_of_whose_it_is_and_is_kept(outside, sign_in, monkeypatch):
    ledger, case, sample = outside, outside.child_case, outside.sample
    monkeypatch.setattr("tenancy.clock.now", lambda: at("2024-07-02 10:00"))
    client = sign_in(ledger.evaluator)
    pages = [client.get("/qinghe/caseload/samples/"), client.post(f"/qinghe/caseload/samples/{sample.pk}/")]
    values = [
        CHILD["name"], "小满", CHILD["id_number"], CHILD["id_number"][-4:], CHILD["phone"], MOTHER["name"], "欧阳", MOTHER["id_number"], "柳巷", "9号",
        "柳林一社区", case.number, ledger.number, str(case.pk), str(case.person_id), "2014", "江一帆",
    ]  # fmt: skip
    found = [value for page in pages for value in values if value in page.content.decode()]
    text = pages[1].content.decode()
    assert ([page.status_code for page in pages], found) == ([200, 200], [])
    assert ("【本人】不愿上学" in text, "想当老师" in text, "6 至 13 岁" in text, "不显示" in text) == (
        True,
        True,
        True,
        True,
    )
    with scope.tenant(ledger.tenant.pk):
        event = AuditEvent.objects.get(action="sample.opened")
    assert (event.account, event.fields_seen, event.object_label) == (
        ledger.evaluator.account,
        ["case.words"],
        "样本 01",
    )


@pytest.mark.parametrize("address", ["cases/{case}/", "households/{household}/", "cases/", "households/"])
def test_an_evaluator_finds_no_other_way_to_the_case(outside, sign_in, address):
    ledger, case = outside, outside.child_case
    place = address.format(case=case.pk, household=case.household_id)
    answer = sign_in(ledger.evaluator).get(f"/qinghe/caseload/{place}")
    assert (answer.status_code, CHILD["name"] in answer.content.decode()) == (403, False)


def test_another_evaluator_gets_404(outside, sign_in):
    with scope.tenant(outside.tenant.pk):
        type(outside.grant).objects.update(membership=outside.expert)
    assert sign_in(outside.evaluator).post(f"/qinghe/caseload/samples/{outside.sample.pk}/").status_code == 404
    with scope.tenant(outside.tenant.pk):
        assert not AuditEvent.objects.filter(action="sample.opened").exists()


def test_the_purchaser_draws_and_takes_back_on_one_page(outside, sign_in):
    ledger = outside
    client = sign_in(ledger.contract_manager)
    data = {"contract": ledger.contract.pk, "organisation": ledger.evaluator.organisation_id, "count": "5", "purpose": "末期评估", "from_day": "2024-06-01", "to_day": "2099-12-31"}  # fmt: skip
    assert client.post("/qinghe/caseload/sample-grants/", data | {"to_day": "2024-05-01"}).status_code == 422
    assert client.post("/qinghe/caseload/sample-grants/", data).status_code == 302
    with scope.tenant(ledger.tenant.pk):
        grant = reads.SampleGrant.objects.first()
    assert "开放中" in client.get("/qinghe/caseload/sample-grants/").content.decode()
    assert client.post(f"/qinghe/caseload/sample-grants/{grant.pk}/end/").status_code == 302
    assert "已收回" in client.get("/qinghe/caseload/sample-grants/").content.decode()
    with scope.tenant(ledger.tenant.pk):
        assert list(AuditEvent.objects.filter(action__startswith="sample.").values_list("action", flat=True)) == ["sample.drawn", "sample.drawn", "sample.ended"]  # fmt: skip
