"""The pages of a round: who sees what when, what each may do, and what a wrong form says."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.models import Round, Scorer
from tenancy import clock, scope
from tests.evaluations import rounds_arranged as arranged


def address(cast, name, pk=None, **known):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, **({"pk": pk} if pk else {}), **known})


def text(response):
    return response.content.decode()


@pytest.fixture
def bureau(cast):
    with scope.tenant(cast.tenant.pk):
        arranged.agree(cast)
    return cast


def made(cast, step, *args, **known):
    """A round brought so far by tests.evaluations.rounds_arranged, its scorers open to this day."""
    with scope.tenant(cast.tenant.pk):
        round = getattr(arranged, step)(cast, *args, **known)
        Scorer.objects.filter(round=round).exclude(state="signed").update(to_day=clock.today() + timedelta(days=30))
    return round


def test_who_opens_a_round_that_is_being_scored(bureau, sign_in):
    round = made(bureau, "opened")

    def statuses(role):
        client = sign_in(bureau.members[role])
        return [client.get(address(bureau, name, round.pk)).status_code for name in ("round", "round_facts")]

    opening = ("contract_manager", "section_chief", "auditor", "agency_manager", "evaluator")
    others = ("expert", "subdistrict_officer", "system_admin")
    assert [statuses(role) for role in (*opening, *others)] == [[200] * 2] * 5 + [[404] * 2, [403] * 2, [403] * 2]


def test_a_rival_and_an_evaluator_whose_time_is_over_find_nothing(bureau, sign_in):
    round = made(bureau, "opened")
    with scope.tenant(bureau.tenant.pk):
        Scorer.objects.filter(round=round).update(to_day=clock.today() - timedelta(days=1))
    for member in (bureau.evaluator, bureau.rivals["agency_manager"]):
        assert sign_in(member).get(address(bureau, "round", round.pk)).status_code == 404


def test_nobody_sees_a_score_before_all_have_signed(bureau, sign_in):
    with scope.tenant(bureau.tenant.pk):
        people = [bureau.evaluator, *arranged.evaluators(bureau, 1)]
        round = arranged.opened(bureau, people)
        first = Scorer.objects.filter(round=round).first()
        Scorer.objects.exclude(pk=first.pk).update(state="released")
        arranged.signed(round, "55", "24.5")
        Round.objects.filter(pk=round.pk).update(state="scoring")
        Scorer.objects.exclude(pk=first.pk).update(state="declared")
    for role in ("contract_manager", "agency_manager", "auditor"):
        page = text(sign_in(bureau.members[role]).get(address(bureau, "round", round.pk)))
        shown = [words in page for words in ("24.5", "79.5", "2.1 的依据", "各方签名后可见")]
        assert shown == [False, False, False, True]


def test_of_the_agency_only_who_states_sees_the_scores_first(bureau, sign_in):
    with scope.tenant(bureau.tenant.pk):
        round = arranged.signed(arranged.opened(bureau), "55", "24.5")
    for role, sees in (("agency_manager", True), ("social_worker", False), ("auditor", True)):
        page = text(sign_in(bureau.members[role]).get(address(bureau, "round", round.pk)))
        assert ("79.5" in page, "2.1 的依据" in page) == (sees, sees)


def test_the_handler_prepares_staffs_and_opens_a_round(bureau, sign_in):
    client = sign_in(bureau.contract_manager)
    url = address(bureau, "prepare_round", bureau.contract.pk)
    assert "行业评估（中期）" in text(client.get(url))
    on = clock.today()
    wrong = client.post(url, {"evaluation": "E2", "cutoff_on": "2023-01-01", "scores_until": on})
    assert (wrong.status_code, "事实截至不得早于服务期起 2024-01-02" in text(wrong)) == (400, True)
    page = text(client.post(url, {"evaluation": "E2", "cutoff_on": on, "scores_until": on}, follow=True))
    assert ("评估小组" in page, "还差 1 人" in page) == (True, True)
    with scope.tenant(bureau.tenant.pk):
        round = Round.objects.get()
    early = client.post(address(bureau, "open_round", round.pk))
    assert (early.status_code, "评估小组还差 1 名评分人" in text(early)) == (400, True)
    chosen = {"people": [bureau.evaluator.pk], "lead": bureau.evaluator.pk, "from_day": on, "to_day": on}
    assign = address(bureau, "assign_scorers", round.pk, party="panel")
    assert "程衡准（衡准评估中心，评估员）" in text(client.get(assign))
    assert "已指派：评估小组" in text(client.post(assign, chosen, follow=True))
    assert "已固定事实，评估开始" in text(client.post(address(bureau, "open_round", round.pk), follow=True))


def test_a_colleague_who_is_not_the_handler_may_not_organise(bureau, sign_in):
    round = made(bureau, "prepared")
    client = sign_in(bureau.section_chief)
    names = ("open_round", "go_on", "prolong_round", "cancel_round", "conclude_round")
    assert [client.post(address(bureau, name, round.pk)).status_code for name in names] == [403] * 5


def test_the_agency_states_and_the_handler_concludes_on_the_line_with_a_decision(bureau, sign_in):
    with scope.tenant(bureau.tenant.pk):
        round = arranged.signed(arranged.opened(bureau), "40", "30")
    said = sign_in(bureau.agency_manager).post(
        address(bureau, "state_round", round.pk), {"statement": "满意度样本偏少"}, follow=True
    )
    assert "已提交陈述" in text(said)
    client, url = sign_in(bureau.contract_manager), address(bureau, "conclude_round", round.pk)
    page = text(client.get(url))
    assert [
        "满意度样本偏少" in page,
        "70 分恰在合同的分数线上" in page,
        "70分以下的取消继续服务资格，终止合同" in page,
    ] == [True] * 3
    wrong = client.post(url, {"side": "below", "decision": "", "opinion": ""})
    assert (wrong.status_code, "决定的理由" in text(wrong)) == (400, True)
    done = text(client.post(url, {"side": "below", "decision": "双方商定含本数", "opinion": "终止"}, follow=True))
    assert ("已登记结论" in done, "按“70 分以下”处理：双方商定含本数" in done) == (True, True)


def test_whoever_has_not_signed_is_released_on_a_page_of_its_own(bureau, sign_in):
    round = made(bureau, "opened")
    with scope.tenant(bureau.tenant.pk):
        scorer = Scorer.objects.get(round=round)
    client, url = sign_in(bureau.contract_manager), address(bureau, "release_scorer", scorer.pk)
    assert client.post(url, {"reason": ""}).status_code == 400
    page = text(client.post(url, {"reason": "出差"}, follow=True))
    assert ("已解除：程衡准" in page, "程衡准：出差" in page, "还差 1 人" in page) == (True, True, True)


def test_days_are_moved_and_a_round_is_cancelled_with_a_reason(bureau, sign_in):
    round = made(bureau, "opened")
    client, later = sign_in(bureau.contract_manager), clock.today() + timedelta(days=40)
    client.post(address(bureau, "prolong_round", round.pk), {"scores_until": later})
    with scope.tenant(bureau.tenant.pk):
        assert Scorer.objects.get(round=round).to_day == later
    client.post(address(bureau, "cancel_round", round.pk), {"reason": "合同变更"})
    with scope.tenant(bureau.tenant.pk):
        assert Round.objects.get().state == "cancelled"


def test_lists_show_rounds_to_those_who_may_see_them(bureau, sign_in):
    made(bureau, "opened")
    lists = [address(bureau, "acceptances"), address(bureau, "contract", bureau.contract.pk)]
    for member, seen in ((bureau.contract_manager, True), (bureau.agency_manager, True)):
        client = sign_in(member)
        assert ["行业评估（中期）" in text(client.get(url)) for url in lists] == [seen, seen]


def test_the_page_takes_as_many_statements_for_three_scorers_as_for_one(bureau, sign_in):
    with scope.tenant(bureau.tenant.pk):
        round = arranged.signed(arranged.opened(bureau), "40", "30")
    client, url = sign_in(bureau.contract_manager), address(bureau, "round", round.pk)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    with scope.tenant(bureau.tenant.pk):
        Round.objects.filter(pk=round.pk).update(state="scoring")
        round.refresh_from_db()
        arranged.assigned(bureau, round, arranged.evaluators(bureau, 2))
        arranged.signed(round, "42", "31")
    with CaptureQueriesContext(connection) as three:
        assert "、" in text(client.get(url))
    assert len(three) == len(one)


def test_a_term_that_is_not_long_enough_is_a_warning(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        arranged.agree(cast, arranged.VOTED | {"after_months": 48}, arranged.scheme(scoring="pass_fail"))
    page = text(sign_in(cast.contract_manager).get(address(cast, "prepare_round", cast.contract.pk)))
    assert f"合同约定服务满 48 个月后评估，{date(2028, 1, 1):%Y-%m-%d} 才满" in page
