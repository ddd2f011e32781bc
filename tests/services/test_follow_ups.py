"""The plan of household revisits: made, kept in step, put off, handed over; and who sees it."""

from datetime import date

import pytest

from caseload.actions import registers
from caseload.models import Case, CaseMove
from contracts.models import StaffPost
from services.actions import follow_up_handing as handing
from services.actions import follow_ups as actions
from services.models import FollowUp, FollowUpMove, Indicator, ServiceRecord
from services.queries import follow_up_handing, follow_ups
from tenancy import actions as tenancy_actions
from tenancy.models import AuditEvent, Membership
from tenancy.problems import Conflict, Refused
from tests.cast import PASSWORD, at
from tests.services.pages import inside, moment, scene
from tests.services.scene import make_household

__all__ = ["inside", "moment", "scene"]
ON = date(2024, 6, 5)
NOW = at("2024-06-05 09:00")
COMMUNITIES = ["柳林一社区", "柳林二社区", "石桥社区", "云岭社区"]


def tier(cast, code, every, *tiers):
    definition = {"of": "record.revisit", "each": {"register": "key_household", "where": {"tier": list(tiers)}}}
    Indicator.objects.create(
        contract=cast.contract, code=code, title=f"{code}类走访", sentence=code, clause="附件2 四（五）",
        definition=definition | {"every": every, "reach": {"ge": 1}},
    )  # fmt: skip


def colleague(cast, name="林照水"):
    account = tenancy_actions.create_account(login=f"q.{name}", name=name, password=PASSWORD)
    made = tenancy_actions.add_membership(
        account=account, organisation=cast.provider, role="social_worker", by=None, at=NOW
    )
    return Membership.objects.select_related("account", "organisation", "tenant").get(pk=made.pk)


def listed(cast, number, tier_of="general", since=date(2024, 1, 2)):
    household = make_household(
        cast, number=f"QH01-H-1{number:03d}", name=f"户{number}", community=COMMUNITIES[number % len(COMMUNITIES)]
    )
    registers.enter(
        contract=cast.contract,
        kind="key_household",
        household=household,
        from_day=since,
        facts={"tier": tier_of},
        at=NOW,
    )
    return household


@pytest.fixture
def plan(scene, inside):
    """Two tiers, eight households, two workers; the plan is made."""

    def arrange():
        cast = scene.cast
        tier(cast, "V1", "quarter", "general")
        tier(cast, "V2", "month", "key")
        scene.other = colleague(cast)
        scene.households = [listed(cast, number, "key" if number in (0, 1) else "general") for number in range(8)]
        scene.made = actions.make_plan(cast.contract, by=cast.agency_manager, at=NOW)
        return scene

    return inside(arrange)


def forget():
    FollowUp.objects.update(state="dropped", drop_reason="作废")


def rows(**wanted):
    return list(FollowUp.objects.filter(state="planned", **wanted).select_related("household").order_by("due_on", "id"))


def test_the_term_is_planned_by_tier_and_evenly_by_worker(plan, inside):
    made = inside(rows)
    # Six households a quarter (the running one and two more), two a month (seven).
    assert plan.made == len(made) == 6 * 3 + 2 * 7
    assert {row.indicator: row.kinds for row in made} == {"V1": ["revisit"], "V2": ["revisit"]}
    assert all(row.due_on >= ON and row.first <= row.due_on <= row.last for row in made)
    loads = [sum(row.worker_id == who.pk for row in made) for who in (plan.cast.social_worker, plan.other)]
    assert abs(loads[0] - loads[1]) <= 7
    per_household = {row.household_id: row.worker_id for row in made}
    assert {(row.household_id, row.worker_id) for row in made} == set(per_household.items())


def test_a_second_plan_and_a_contract_that_asks_for_nothing_are_refused(plan, inside):
    cast = plan.cast
    with pytest.raises(Refused, match="已排好"):
        inside(actions.make_plan, cast.contract, by=cast.agency_manager, at=NOW)
    inside(lambda: (forget(), Indicator.objects.all().delete()))
    with pytest.raises(Refused, match="没有要排的回访"):
        inside(actions.make_plan, cast.contract, by=cast.agency_manager, at=NOW)


def test_nobody_in_post_makes_no_plan(plan, inside):
    cast = plan.cast
    inside(lambda: (forget(), Membership.objects.filter(role="social_worker").update(is_active=False)))
    with pytest.raises(Refused, match="没有人可排"):
        inside(actions.make_plan, cast.contract, by=cast.agency_manager, at=NOW)
    assert inside(rows) == []


def test_whoever_has_the_case_in_hand_visits_and_posts_decide_where(scene, inside):
    def arrange():
        cast = scene.cast
        tier(cast, "V1", "quarter", "general")
        other = colleague(cast)
        for who, street in ((cast.social_worker, "柳林街道"), (other, None)):
            StaffPost.objects.create(
                contract=cast.contract, membership=who, name=who.account.name, post="social_worker", side="provider",
                street=cast.streets[street] if street else None, from_day=date(2024, 1, 2),
            )  # fmt: skip
        made = [listed(cast, number) for number in range(4)]
        Case.objects.filter(pk=scene.case.pk).update(household=made[2], person=made[2].people.get())
        actions.make_plan(cast.contract, by=cast.agency_manager, at=NOW)
        return other, {row.household_id: row.worker_id for row in rows()}, made

    other, who, made = inside(arrange)
    own = scene.cast.social_worker.pk
    assert [who[household.pk] for household in made] == [own, own, own, other.pk]


def test_a_record_in_the_period_does_the_visit_once_it_is_handed_in(plan, inside):
    def standing():
        row = next(row for row in rows(indicator="V1") if row.first < ON)
        return row, lambda on=ON: inside(lambda: follow_ups.standings([row], on=on))[0][1:]

    row, told = inside(standing)
    household = row.household
    assert (told(), told(date(2024, 7, 1))) == (("open", None), ("missed", None))
    record = inside(plan.start, "revisit", household=household)
    assert told() == ("open", None)
    inside(lambda: ServiceRecord.objects.filter(pk=record.pk).update(state="submitted"))
    assert told() == ("done", record.pk)
    inside(
        lambda: ServiceRecord.objects.filter(pk=record.pk).update(
            state="returned", return_reason="补签字", decided_by=plan.cast.quality_control, decided_at=NOW
        )
    )
    assert told() == ("open", None)


def test_the_plan_follows_the_register(plan, inside):
    cast = plan.cast

    def change():
        left, risen = plan.households[7], plan.households[6]
        for household in (left, risen):
            registers.leave_register(household.register_entries.get(), to_day=ON, by=cast.agency_manager, at=NOW)
        registers.enter(
            contract=cast.contract,
            kind="key_household",
            household=risen,
            from_day=date(2024, 6, 6),
            facts={"tier": "key"},
            at=NOW,
        )
        listed(cast, 8, since=ON)
        before = set(FollowUp.objects.values_list("pk", flat=True))
        told = actions.keep_in_step(cast.contract, by=None, at=at("2024-06-07 06:00"))
        again = actions.keep_in_step(cast.contract, by=None, at=at("2024-06-07 06:00"))
        new = FollowUp.objects.exclude(pk__in=before)
        dropped = FollowUp.objects.filter(state="dropped")
        return (
            told,
            again,
            sorted((row.household.number[-1], row.indicator, row.first.month) for row in new),
            sorted((row.household.number[-1], row.first.month, row.drop_reason) for row in dropped),
            list(FollowUpMove.objects.order_by().values_list("verb", "by").distinct()),
        )

    told, again, new, dropped, moves = inside(change)
    left, changed = "已不在重点对象名册", "分级或口径已变"
    assert told == (6 + 2, 4)
    assert again == (0, 0)
    assert new == [("6", "V2", month) for month in range(7, 13)] + [("8", "V1", 7), ("8", "V1", 10)]
    assert dropped == [("6", 7, changed), ("6", 10, changed), ("7", 7, left), ("7", 10, left)]
    assert moves == [("drop", None)]


def test_a_visit_leaves_a_day_that_has_become_a_day_off(plan, inside):
    def announce():
        row = rows(indicator="V1")[-1]
        tenancy_actions.set_calendar_day(day=row.due_on, is_workday=False, name="调休", by=None, at=NOW)
        actions.keep_in_step(plan.cast.contract, by=None, at=NOW)
        return row, FollowUp.objects.get(pk=row.pk), list(row.moves.values_list("verb", "reason"))

    before, after, moves = inside(announce)
    assert after.due_on != before.due_on
    assert after.first <= after.due_on <= after.last
    assert moves == [("put_off", "原定这一天不上班")]


def test_a_visit_is_put_off_inside_its_period_with_a_reason(plan, inside):
    row, by = inside(lambda: rows(indicator="V1")[0]), plan.cast.social_worker
    moved = inside(actions.put_off, row, day=date(2024, 6, 19), reason="户主住院", by=by, at=NOW)
    kept = inside(lambda: list(moved.moves.values_list("verb", "from_day", "to_day", "reason")))
    assert (moved.due_on, kept) == (date(2024, 6, 19), [("put_off", row.due_on, date(2024, 6, 19), "户主住院")])
    with pytest.raises(Conflict):
        inside(actions.put_off, row, day=date(2024, 6, 20), reason="再改", by=by, at=NOW)
    with pytest.raises(Refused) as refusal:
        inside(actions.put_off, moved, day=date(2024, 6, 22), reason=" ", by=by, at=NOW)
    assert refusal.value.problems == ["06-22 不上班，另选一天", "写明原因"]


def test_a_leavers_visits_and_cases_go_over_as_they_were_shown(plan, inside):
    cast, giver = plan.cast, plan.cast.social_worker

    def hand_over():
        before = len(rows(worker=giver))
        shown = follow_up_handing.proposal(cast.contract, giver=giver, takers=[plan.other], with_cases=True, on=ON)
        asked = {"giver": giver, "takers": [plan.other], "with_cases": True, "by": cast.agency_manager, "at": NOW}
        with pytest.raises(Conflict):
            handing.hand_over(cast.contract, digest="other", reason="离职", **asked)
        with pytest.raises(Refused, match="写明原因"):
            handing.hand_over(cast.contract, digest=shown.digest, reason=" ", **asked)
        done = handing.hand_over(cast.contract, digest=shown.digest, reason="离职", **asked)
        plan.case.refresh_from_db()
        return before, shown, done

    before, shown, done = inside(hand_over)
    assert done == (before, 1)
    assert [(share.worker, share.after) for share in shown.shares] == [(plan.other.pk, plan.made), (giver.pk, 0)] or [
        (share.worker, share.after) for share in shown.shares
    ] == [(giver.pk, 0), (plan.other.pk, plan.made)]
    assert (inside(lambda: rows(worker=giver)), plan.case.worker_id) == ([], plan.other.pk)
    assert inside(lambda: list(CaseMove.objects.filter(case=plan.case).values_list("verb", "reason"))) == [
        ("hand_over", "离职")
    ]
    assert inside(lambda: FollowUpMove.objects.filter(verb="hand_over", to_worker=plan.other).count()) == before
    assert inside(lambda: AuditEvent.objects.get(action="follow_up.handed_over").detail)["visits"] == before


def test_what_is_done_stays_with_whoever_did_it(plan, inside):
    giver = plan.cast.social_worker

    def give():
        done = next(row for row in rows(worker=giver) if row.first <= ON <= row.last)
        record = plan.start("revisit", household=done.household)
        ServiceRecord.objects.filter(pk=record.pk).update(state="submitted")
        asked = {"giver": giver, "takers": [plan.other], "with_cases": False}
        shown = follow_up_handing.proposal(plan.cast.contract, on=ON, **asked)
        handing.hand_over(
            plan.cast.contract, digest=shown.digest, reason="调岗", by=plan.cast.agency_manager, at=NOW, **asked
        )
        return [row.pk for row in rows(worker=giver)], done.pk

    left, done = inside(give)
    assert left == [done]


def test_the_fullest_are_relieved_on_demand(plan, inside):
    def relieve():
        FollowUp.objects.update(worker=plan.cast.social_worker)
        asked = {"giver": None, "takers": [plan.cast.social_worker, plan.other], "with_cases": False}
        shown = follow_up_handing.proposal(plan.cast.contract, on=ON, **asked)
        handing.hand_over(
            plan.cast.contract, digest=shown.digest, reason="均衡", by=plan.cast.agency_manager, at=NOW, **asked
        )
        return len(rows(worker=plan.cast.social_worker)), len(rows(worker=plan.other))

    loads = inside(relieve)
    assert sum(loads) == plan.made
    assert abs(loads[0] - loads[1]) <= 7


def test_another_agency_sees_no_plan_and_a_subdistrict_its_own_street(plan, inside):
    cast = plan.cast
    seen = lambda member: inside(lambda: {row.street.name for row in follow_ups.visible_follow_ups(member, on=ON)})  # noqa: E731
    assert seen(cast.rivals["social_worker"]) == set()
    assert seen(cast.subdistrict_officer) == {"柳林街道"}
    assert seen(cast.social_worker) == {"柳林街道", "石桥街道", "云岭镇"}
