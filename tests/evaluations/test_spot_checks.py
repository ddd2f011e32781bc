"""Spot checks: a draw that can be repeated, lines that are noted, an order where something differs, and what stays sealed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluations.actions import spot_checks as actions
from evaluations.models import SpotCheck, SpotCheckLine
from evaluations.rules import spot_checks as rules
from services.actions.indicators import save_indicators
from services.models import ServiceRecord
from tenancy import scope
from tenancy.problems import Refused
from tests.cast import at

NOW = at("2024-06-20 10:00")


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_rows():
    ids = [f"id-{no:03d}" for no in range(40)]
    first = rules.draw(ids, 8, "a1b2")
    assert rules.draw(reversed(ids), 8, "a1b2") == first
    assert (len(set(first)), rules.draw(ids, 8, "a1b3") == first, len(rules.draw(ids, 99, "a1b2"))) == (8, False, 40)


@pytest.mark.parametrize(
    ("results", "known", "problems"),
    [
        (["agrees"], {}, []),
        (["agrees", ""], {}, ["还有 1 项没有结果"]),
        ([], {}, ["还没有抽查对象"]),
        (["differs"], {}, ["有不符的，须下达整改通知"]),
        (["differs"], {"is_ordering": True}, ["写明整改要求", "整改期限须晚于今天"]),
        (["differs"], {"is_ordering": True, "demand": "补齐", "due_on": date(2024, 7, 1)}, []),
        (
            ["agrees"],
            {"is_ordering": True, "demand": "补齐", "due_on": date(2024, 7, 1)},
            ["没有不符的，不用下达整改通知"],
        ),
        (["agrees"], {"opinion": " "}, ["写明抽查结论"]),
        (["agrees"], {"state": "closed"}, ["这次抽查已办结"]),
    ],
)
def test_what_a_check_lacks_before_it_is_closed(results, known, problems):
    said = {"state": "open", "opinion": "相符", "is_ordering": False, "demand": "", "due_on": None} | known
    assert rules.close_problems(results=results, today=date(2024, 6, 20), **said) == problems


@pytest.fixture
def worked(act):
    ServiceRecord.objects.bulk_create(
        ServiceRecord(
            contract=act.contract, kind="home_survey", day=date(2024, 6, 1 + no), started_at=at(), minutes=40, state="verified",
            created_by=act.social_worker, created_at=at(), decided_by=act.quality_control, decided_at=at(),
        )
        for no in range(12)
    )  # fmt: skip
    ServiceRecord.objects.create(
        contract=act.contract, kind="home_survey", day=date(2024, 6, 2), started_at=at(), created_by=act.social_worker, created_at=at()
    )  # fmt: skip
    return act


def open_check(cast, **known):
    said = {
        "held_on": date(2024, 6, 19),
        "team": "周砚秋、鲁行舟",
        "about": "",
        "source": "records",
        "count": 4,
    } | known
    return actions.open_check(cast.contract, **said, by=cast.contract_manager, at=NOW)


def test_a_check_draws_verified_records_only_and_keeps_what_repeats_the_draw(worked):
    check = open_check(worked)
    again = open_check(worked, seed=check.seed)
    assert (check.no, check.drawn_from, len(check.seed), check.lines.count()) == (1, 12, 16, 4)
    assert [line.record_id for line in again.lines.all()] == [line.record_id for line in check.lines.all()]
    assert {line.record.state for line in check.lines.all()} == {"verified"}
    assert open_check(worked, from_day=date(2024, 6, 10), count=9).drawn_from == 3


def test_an_indicator_is_noted_with_what_it_comes_to_on_the_day(worked, sign_in):
    save_indicators(
        worked.contract, [{"id": "I-1", "zh": "入户调查", "of": "record.home_survey", "count": "rows", "target": {"ge": 20}, "unit": "次"}],
        by=worked.contract_manager, at=at("2024-02-01 09:00"),
    )  # fmt: skip
    check = open_check(worked, source="none", count=0)
    line = {
        "kind": "indicator",
        "indicator": "I-1",
        "title": "",
        "told": "",
        "result": "differs",
        "finding": "实有 10 次",
    }
    row = actions.add_line(check, **line, by=worked.contract_manager, at=NOW)
    assert (row.title, row.told) == ("I-1　入户调查", "截至 2024-06-20：12 次，目标 20 次")
    with pytest.raises(Refused, match="写明地点或指标"):
        actions.add_line(check, **line | {"indicator": "I-9"}, by=worked.contract_manager, at=NOW)
    address = reverse("evaluations:add_check_line", kwargs={"tenant": worked.tenant.slug, "pk": check.pk})
    page = sign_in(worked.contract_manager).post(address, line, follow=True)
    assert (page.status_code, page.content.decode().count("I-1　入户调查")) == (200, 3)


def test_nothing_is_drawn_from_nothing(worked):
    with pytest.raises(Refused) as refusal:
        open_check(worked, from_day=date(2024, 8, 1), team=" ")
    assert refusal.value.problems == ["写明抽查人员", "这段时间没有可抽的已核服务记录"]


def test_what_differs_becomes_an_order_and_the_check_is_sealed(worked):
    worked.contract.terms = {
        "evaluations": [{"stage": "spot_check", "clause": "一（三）", "clause_text": "不定期抽查"}]
    }
    worked.contract.save()
    check = open_check(worked, count=2)
    by = {"by": worked.contract_manager, "at": NOW}
    with pytest.raises(Refused) as refusal:
        actions.note_lines(check, noted={1: ("agrees", ""), 2: ("differs", "")}, **by)
    assert refusal.value.problems == ["第 2 项：不符须写明实际情况"]
    actions.note_lines(check, noted={1: ("agrees", ""), 2: ("differs", "当日未入户")}, **by)
    actions.add_line(check, kind="place", title="柳林一社区", told="活动室开放", result="differs", finding="上锁", **by)
    closed = actions.close_check(check, opinion="两处不符", demand="逐项改正", due_on=date(2024, 7, 5), **by)
    assert (closed.state, closed.order.no, closed.order.demand, closed.order.clause) == (
        "closed",
        1,
        "逐项改正",
        "一（三）",
    )
    assert closed.order.issue.splitlines()[0] == "第 1 次平时考核不符："
    assert closed.order.issue.splitlines()[2] == "2. 柳林一社区：上锁"
    with pytest.raises(Refused, match="已办结"):
        actions.note_lines(check, noted={1: ("differs", "x")}, **by)
    for change in (
        lambda: SpotCheckLine.objects.filter(spot_check=check).update(result="agrees"),
        lambda: SpotCheck.objects.filter(pk=check.pk).update(opinion="相符"),
        lambda: SpotCheckLine.objects.filter(spot_check=check).delete(),
    ):
        with pytest.raises(IntegrityError, match="final"), transaction.atomic():
            change()


def test_the_agency_sees_the_result_only(worked, sign_in):
    check = open_check(worked, source="none", count=0)
    actions.add_line(
        check,
        kind="indicator",
        title="月度回访",
        told="12 次",
        result="agrees",
        finding="",
        by=worked.contract_manager,
        at=NOW,
    )
    address = reverse("evaluations:spot_check", kwargs={"tenant": worked.tenant.slug, "pk": check.pk})
    assert [
        sign_in(member).get(address).status_code for member in (worked.contract_manager, worked.agency_manager)
    ] == [200, 404]
    sent = sign_in(worked.contract_manager).post(f"{address}close/", {"opinion": "相符"}, follow=True)
    assert "已办结" in sent.content.decode()
    seen = {
        member.role: sign_in(member).get(address).status_code
        for member in (worked.agency_manager, worked.auditor, worked.evaluator, worked.rivals["agency_manager"])
    }
    assert seen == {"auditor": 200, "evaluator": 404, "agency_manager": 404}
    assert sign_in(worked.agency_manager).get(address).status_code == 200


def test_a_check_is_drawn_and_noted_on_its_pages(worked, sign_in):
    client, slug = sign_in(worked.contract_manager), worked.tenant.slug
    new = reverse("evaluations:new_spot_check", kwargs={"tenant": slug, "pk": worked.contract.pk})
    assert client.get(new).status_code == 200
    form = {"held_on": "2024-06-19", "team": "周砚秋", "source": "records", "count": 2}
    assert "已抽取 2 项" in client.post(new, form, follow=True).content.decode()
    with scope.tenant(worked.tenant.pk):
        check = SpotCheck.objects.get()
    note = reverse("evaluations:note_spot_check", kwargs={"tenant": slug, "pk": check.pk})
    wrong = client.post(note, {"result_1": "differs", "finding_1": ""})
    assert (wrong.status_code, "第 1 项：不符须写明实际情况" in wrong.content.decode()) == (400, True)
    client.post(note, {"result_1": "differs", "finding_1": "未入户"})
    with scope.tenant(worked.tenant.pk):
        assert [(line.result, line.finding) for line in check.lines.all()] == [("differs", "未入户"), ("", "")]
