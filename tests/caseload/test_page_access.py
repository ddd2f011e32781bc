"""Each page in each role's hands: whom it serves, whom it refuses, whom it does not know."""

from datetime import date

import pytest

from caseload.actions import groups, households
from caseload.models import Case, Household
from contracts.models import ReadGrant
from tenancy import scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import hand_in, make_case, make_household
from tests.caseload.everything import (
    ACTS,
    HANDLERS,
    LOOKS,
    NAME,
    NO_OFFICE,
    NUMBER,
    OFFICE,
    OUTSIDERS,
    PHONE,
    READERS,
    SUBJECTS,
    WORKS,
    address,
    statuses,
)
from tests.cast import at


# One test for many pages: the bureau with everything in it is made once.
def test_those_who_may_look_see_the_pages_and_the_others_do_not(file, sign_in):
    for role in READERS:
        assert statuses(sign_in(file["cast"].members[role]), file, LOOKS) == dict.fromkeys(LOOKS, 200), role
    for role in OUTSIDERS:
        assert statuses(sign_in(file["cast"].members[role]), file, LOOKS) == dict.fromkeys(LOOKS, 403), role


def test_workers_get_every_form_and_readers_none(file, sign_in):
    assert statuses(sign_in(file["cast"].social_worker), file, WORKS) == dict.fromkeys(WORKS, 200)
    for role in ("contract_manager", "subdistrict_officer", "quality_control", "auditor"):
        assert statuses(sign_in(file["cast"].members[role]), file, WORKS) == dict.fromkeys(WORKS, 403), role


def test_only_the_subdistrict_has_an_inbox(file, sign_in):
    assert statuses(sign_in(file["cast"].subdistrict_officer), file, OFFICE) == dict.fromkeys(OFFICE, 200)
    for role in ("contract_manager", "social_worker", "supervisor", "auditor"):
        assert statuses(sign_in(file["cast"].members[role]), file, OFFICE) == dict.fromkeys(OFFICE, 403), role


def test_for_a_rival_agency_and_another_bureau_the_objects_do_not_exist(file, strangers, sign_in):
    pages = [name for name in SUBJECTS if name not in ACTS]
    for rival in ("social_worker", "agency_manager"):
        client = sign_in(file["cast"].rivals[rival])
        for method, names in (("get", pages), ("post", ACTS)):
            expected = {name: 403 if name in NO_OFFICE else 404 for name in names}
            assert statuses(client, file, names, method) == expected, rival
    for role in ("social_worker", "contract_manager", "subdistrict_officer"):
        client = sign_in(strangers.members[role])
        assert statuses(client, file, pages) == dict.fromkeys(pages, 404), role
        assert statuses(client, file, ACTS, "post") == dict.fromkeys(ACTS, 404), role


def test_a_read_grant_opens_the_files_masked_and_no_form(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        ReadGrant.objects.create(
            contract=cast.contract, organisation=cast.rival, reason="交接", from_day=date(2024, 1, 2)
        )
    client = sign_in(cast.rivals["social_worker"])
    assert statuses(client, file, LOOKS) == dict.fromkeys(LOOKS, 200)
    assert NAME not in client.get(address(file, "case")).content.decode()
    forms = [name for name in WORKS if name in SUBJECTS and name not in ("import_preview", "import_columns")]
    assert statuses(client, file, forms) == dict.fromkeys(forms, 403)


def test_an_officer_sees_only_the_own_street(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        for model in (Household, Case, type(file["group"])):
            model.objects.update(street=cast.streets["石桥街道"], area=cast.communities["石桥社区"])
    client = sign_in(cast.subdistrict_officer)
    names = ["household", "case", "group", "approval"]
    assert statuses(client, file, names) == dict.fromkeys(names, 404)
    assert client.get(address(file, "approvals")).content.decode().count("data-key-row") == 0


def test_the_ledger_shows_masks_to_everybody(file, sign_in):
    for role in READERS:
        client = sign_in(file["cast"].members[role])
        for name in ("households", "household"):
            text = client.get(address(file, name)).content.decode()
            assert "白**" in text, role
            assert not any(secret in text for secret in (NAME, NUMBER, PHONE, "3 号楼")), role


def test_a_cases_name_and_words_are_for_those_who_handle_it(file, sign_in):
    for role in [*HANDLERS, "contract_manager", "section_chief", "auditor"]:
        client, full = sign_in(file["cast"].members[role]), role in HANDLERS
        text = client.get(address(file, "case")).content.decode()
        assert [NAME in text, "失业在家" in text, "目标达成，商定结案" in text] == [full] * 3, role
        assert (NAME in client.get(address(file, "cases")).content.decode()) is full, role
        assert client.get(address(file, "case_paper")).status_code == (200 if full else 404), role
        assert NUMBER not in text


def test_a_colleague_who_does_not_handle_the_case_sees_the_surname(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        Case.objects.update(worker=cast.agency_manager)
    assert NAME not in sign_in(cast.social_worker).get(address(file, "case")).content.decode()


@pytest.mark.parametrize("name", ["households", "cases", "groups", "approvals", "household"])
def test_a_list_costs_the_same_statements_with_one_row_and_with_three(
    file, sign_in, django_assert_num_queries, name, django_db_blocker
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast = file["cast"]
    member = cast.subdistrict_officer if name == "approvals" else cast.agency_manager
    client = sign_in(member)
    client.get(address(file, name))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address(file, name))
    with scope.tenant(cast.tenant.pk):
        for no, person in enumerate(("何木兰", "江一帆")):
            case = hand_in(
                cast,
                make_case(cast, make_household(cast, name=person, persons=[{"name": person}, {"name": f"{person}子"}])),
            )
            groups.plan_group(
                contract=cast.contract,
                title=f"小组 {no}",
                area=case.area,
                leader=cast.agency_manager,
                members=5,
                by=cast.social_worker,
                at=at(),
            )
            households.put_on_register(
                contract=cast.contract,
                kind="volunteer",
                label=f"志愿者 {no}",
                from_day=date(2024, 5, 6),
                by=cast.agency_manager,
                at=at(),
            )
            households.add_person(file["household"], name=f"家人{person}", by=cast.social_worker, at=at())
    with CaptureQueriesContext(connection) as three:
        client.get(address(file, name))
    assert len(three) == len(one)


def test_a_get_writes_nothing(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        before = AuditEvent.objects.count()
    client = sign_in(cast.social_worker)
    for name in [*LOOKS, *WORKS, "case_paper", "import_faults"]:
        client.get(address(file, name))
    with scope.tenant(cast.tenant.pk):
        assert AuditEvent.objects.count() == before
