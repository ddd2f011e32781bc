"""People in post, read grants, and decisions on unclear places: what is refused, what is kept, who may."""

from datetime import date

import pytest

from contracts import actions, queries
from contracts.models import OpenReading, ReadGrant, StaffPost
from tenancy.models import AuditEvent, Membership
from tenancy.problems import Conflict, Refused
from tests.cast import at

DAY = date(2024, 4, 18)


def add(cast, contract, **changes):
    values = {
        "side": "provider",
        "post": "liaison",
        "name": "程远",
        "from_day": DAY,
        "by": cast.agency_manager,
        "at": at(),
    } | changes
    return actions.add_staff_post(contract, **values)


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.problems or [refused.value.message]


def test_whom_the_provider_enters_counts_once_the_purchaser_has_checked_it(mentougou, loaded):
    row = add(mentougou, loaded)
    assert (row.is_verified, row.side, row.name) == (False, "provider", "程远")
    actions.verify_staff_post(row, by=mentougou.contract_manager, at=at())
    assert StaffPost.objects.get(pk=row.pk).is_verified is True
    with pytest.raises(Conflict):
        actions.verify_staff_post(row, by=mentougou.contract_manager, at=at())
    assert list(AuditEvent.objects.filter(action__startswith="staff_post").values_list("action", flat=True)) == [
        "staff_post.added",
        "staff_post.verified",
    ]


def test_whom_the_purchaser_enters_counts_at_once_and_goes_by_the_accounts_name(mentougou, loaded):
    row = add(
        mentougou,
        loaded,
        post="project_lead",
        name="别名",
        membership=mentougou.agency_manager,
        by=mentougou.contract_manager,
    )
    assert (row.is_verified, row.name) == (True, "许星河")
    assert queries.project_leads(loaded, on=DAY) == {"provider": "许星河"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"post": "astronaut"}, ["没有岗位“astronaut”"]),
        ({"name": "  "}, ["姓名未填"]),
        ({"side": "purchaser"}, ["甲方人员由甲方登记"]),
        ({"by": "rival"}, ["只有合同双方可以登记人员"]),
        ({"by": "expert"}, ["只有合同双方可以登记人员"]),
        ({"membership": "rival"}, ["这个账号不属于乙方"]),
        (
            {"side": "purchaser", "membership": "agency_manager", "by": "contract_manager"},
            ["这个账号不属于甲方或其委托的机构"],
        ),
        ({"post": "nobody", "name": ""}, ["没有岗位“nobody”", "姓名未填"]),
    ],
)
def test_what_is_refused_is_told_all_at_once(mentougou, loaded, changes, told):
    people = mentougou.members | {"rival": mentougou.rivals["agency_manager"]}
    changes = {
        name: people.get(value, value) if name in ("by", "membership") else value for name, value in changes.items()
    }
    assert refusal(lambda: add(mentougou, loaded, **changes)) == told
    assert StaffPost.objects.filter(contract=loaded).count() == 0


def test_the_same_person_is_not_twice_in_the_same_post(mentougou, loaded):
    row = add(mentougou, loaded)
    assert refusal(lambda: add(mentougou, loaded, from_day=date(2024, 6, 1))) == ["程远 已在这个岗位"]
    actions.end_staff_post(row, on=date(2024, 5, 31), by=mentougou.agency_manager, at=at())
    assert add(mentougou, loaded, from_day=date(2024, 6, 1)).from_day == date(2024, 6, 1)


def test_a_provider_does_not_replace_its_project_lead_by_itself(mentougou, loaded):
    add(mentougou, loaded, post="project_lead", name="许星河")
    assert refusal(lambda: add(mentougou, loaded, post="project_lead", name="程远")) == [
        "更换项目负责人须提前通知甲方并获书面同意，由甲方登记"
    ]
    assert add(mentougou, loaded, post="project_lead", name="程远", by=mentougou.contract_manager).is_verified is True


def test_a_post_ends_once_and_not_before_it_began(mentougou, loaded):
    row = add(mentougou, loaded)
    assert refusal(lambda: actions.end_staff_post(row, on=date(2024, 4, 17), by=mentougou.agency_manager, at=at())) == [
        "离岗不得早于到岗"
    ]
    actions.end_staff_post(row, on=DAY, by=mentougou.agency_manager, at=at())
    with pytest.raises(Conflict):
        actions.end_staff_post(row, on=date(2024, 5, 1), by=mentougou.agency_manager, at=at())
    assert StaffPost.objects.get(pk=row.pk).to_day == DAY


def test_a_provider_does_not_end_the_purchasers_posts(mentougou, loaded):
    row = add(mentougou, loaded, side="purchaser", by=mentougou.contract_manager)
    assert refusal(lambda: actions.end_staff_post(row, on=DAY, by=mentougou.agency_manager, at=at())) == [
        "甲方人员由甲方登记"
    ]


def grant(cast, contract, **changes):
    values = {
        "organisation": cast.rival,
        "reason": "区级中心指导",
        "from_day": DAY,
        "by": cast.contract_manager,
        "at": at(),
    } | changes
    return actions.grant_reading(contract, **values)


def test_granting_again_replaces_the_days(mentougou, loaded):
    grant(mentougou, loaded)
    grant(mentougou, loaded, to_day=date(2024, 6, 30), reason="中期")
    assert [(row.reason, row.to_day) for row in ReadGrant.objects.all()] == [("中期", date(2024, 6, 30))]


def test_a_party_needs_no_grant_and_days_and_reason_are_asked_for(mentougou, loaded):
    told = refusal(
        lambda: grant(mentougou, loaded, organisation=mentougou.provider, reason=" ", to_day=date(2024, 1, 1))
    )
    assert told == ["合同双方无须另行准许", "依据未填", "截止日不得早于起始日"]


def test_a_grant_that_ends_on_its_first_day_is_gone(mentougou, loaded):
    actions.end_grant(grant(mentougou, loaded), on=DAY, by=mentougou.contract_manager, at=at())
    assert ReadGrant.objects.count() == 0


def test_a_decision_is_kept_with_its_ground_and_may_be_made_anew(mentougou, loaded):
    reading = loaded.openreadings.get(code="A-01")
    assert refusal(
        lambda: actions.decide_reading(reading, choice="annex", reason="", by=mentougou.contract_manager, at=at())
    ) == ["选择一种处理", "依据未填"]
    actions.decide_reading(reading, choice="phases", reason="补充协议 1 号", by=mentougou.contract_manager, at=at())
    actions.decide_reading(
        reading, choice="deadline", reason="局长办公会纪要", by=mentougou.contract_manager, at=at("2024-07-01 09:00")
    )
    kept = OpenReading.objects.get(pk=reading.pk)
    assert (kept.decision, kept.reason, kept.decided_by_id, kept.decided_at) == (
        "deadline",
        "局长办公会纪要",
        mentougou.contract_manager.pk,
        at("2024-07-01 09:00"),
    )
    assert [event.detail["before"] for event in AuditEvent.objects.filter(action="open_reading.decided")] == [
        "",
        "phases",
    ]


# --- on screen


def post(client, contract, tail, **data):
    return client.post(f"/qinghe/contracts/{contract.pk}/{tail}", data)


def test_the_agency_enters_a_person_on_screen_and_the_bureau_checks_and_ends_it(mentougou, loaded, sign_in):
    agency = sign_in(mentougou.agency_manager)
    assert agency.get(f"/qinghe/contracts/{loaded.pk}/people/add/").status_code == 200
    assert (
        post(
            agency,
            loaded,
            "people/add/",
            side="provider",
            kind="project",
            post="liaison",
            name="程远",
            from_day="2024-04-18",
        ).status_code
        == 302
    )
    row = StaffPost.objects.get(name="程远")
    bureau = sign_in(mentougou.contract_manager)
    assert bureau.post(f"/qinghe/contracts/posts/{row.pk}/verify/").status_code == 302
    assert bureau.post(f"/qinghe/contracts/posts/{row.pk}/end/", {"on": "2024-05-31"}).status_code == 302
    row.refresh_from_db()
    assert (row.is_verified, row.to_day) == (True, date(2024, 5, 31))
    assert "程远" in bureau.get(f"/qinghe/contracts/{loaded.pk}/people/").content.decode()


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(mentougou, loaded, sign_in):
    answer = post(
        sign_in(mentougou.agency_manager),
        loaded,
        "people/add/",
        side="provider",
        post="liaison",
        name="",
        from_day="2024-04-18",
    )
    assert (
        answer.status_code,
        "选择系统账号，或填写姓名" in answer.content.decode(),
        'value="2024-04-18"' in answer.content.decode(),
    ) == (422, True, True)


@pytest.mark.parametrize("role", ["social_worker", "section_chief", "bureau_finance"])
def test_others_enter_nobody(mentougou, loaded, sign_in, role):
    client = sign_in(mentougou.members[role])
    assert [client.get(f"/qinghe/contracts/{loaded.pk}/people/{tail}/").status_code for tail in ("add", "grant")] == [
        403,
        403,
    ]


def test_a_rival_agency_with_a_grant_reads_and_enters_nobody(mentougou, loaded, sign_in):
    grant(mentougou, loaded)
    client = sign_in(mentougou.rivals["agency_manager"])
    assert client.get(f"/qinghe/contracts/{loaded.pk}/people/").status_code == 200
    assert client.get(f"/qinghe/contracts/{loaded.pk}/people/add/").status_code == 403


def test_the_handler_grants_and_takes_back_on_screen(mentougou, loaded, sign_in):
    client = sign_in(mentougou.contract_manager)
    assert (
        post(
            client,
            loaded,
            "people/grant/",
            organisation=mentougou.rival.pk,
            reason="指导",
            from_day="2024-05-01",
            to_day="",
        ).status_code
        == 302
    )
    page = client.get(f"/qinghe/contracts/{loaded.pk}/people/").content.decode()
    assert ("远山社工服务中心" in page, "2024-05-01 起，指导" in page) == (True, True)
    assert client.post(f"/qinghe/contracts/grants/{ReadGrant.objects.get().pk}/end/").status_code == 302


def test_the_handler_decides_an_open_reading_on_screen(mentougou, loaded, sign_in):
    client, reading = sign_in(mentougou.contract_manager), loaded.openreadings.get(code="A-01")
    address = f"/qinghe/contracts/readings/{reading.pk}/decide/"
    assert "照计划执行，尾款条件无法按期满足" in client.get(address).content.decode()
    assert client.post(address, {"choice": "deadline", "reason": ""}).status_code == 422
    assert client.post(address, {"choice": "deadline", "reason": "局长办公会纪要"}).status_code == 302
    page = client.get(f"/qinghe/contracts/{loaded.pk}/overview/").content.decode()
    assert ("以 2024-11-30 为完成时限" in page, "局长办公会纪要" in page) == (True, True)


def test_the_handler_downloads_the_contract_file(mentougou, loaded, sign_in, mtg04):
    answer = sign_in(mentougou.contract_manager).get(f"/qinghe/contracts/{loaded.pk}/file/")
    assert (answer.content.decode(), answer["Content-Disposition"]) == (mtg04, 'attachment; filename="mtg04.yaml"')
    assert sign_in(mentougou.agency_manager).get(f"/qinghe/contracts/{loaded.pk}/file/").status_code == 403


def test_people_to_choose_from_are_ones_own_or_the_other_sides(mentougou, loaded):
    own = {member.organisation_id for member in queries.postable(loaded, mentougou.agency_manager)}
    bureau = {member.organisation.kind for member in queries.postable(loaded, mentougou.contract_manager)}
    assert own == {mentougou.provider.pk}
    assert bureau == {"purchaser", "subdistrict", "provider", "evaluator", "audit"}
    assert not queries.postable(loaded, mentougou.contract_manager).filter(organisation=mentougou.rival).exists()
    assert Membership.objects.filter(organisation=mentougou.rival).exists()
