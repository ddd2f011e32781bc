"""Each page in each role's hands: what it shows, what it hides, and whom it does not know."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.actions import cases, groups, households, ledger_import
from caseload.models import Case, CasePaper, Household, LedgerImport, RegisterEntry
from contracts.models import Label
from documents.models import StoredFile
from tenancy import scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import carry_out, hand_in, make_case, make_household, set_up_ledger, to_closure
from tests.caseload.lists import many, row, workbook
from tests.caseload.people import id_number
from tests.cast import at

NAME, NUMBER, PHONE = "白露华", id_number(date(1962, 3, 4), 77), "13800000001"


@pytest.fixture
def file(cast):
    """One of everything, in 柳林街道: a household, a case that waits for closure, a group, a team, a checked list."""
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        Label.objects.bulk_create(
            Label(family="register", code=code, label=label)
            for code, label in [
                ("household_file", "家庭档案"),
                ("key_household", "重点回访对象"),
                ("volunteer", "志愿者"),
                ("home_visit_team", "入户小组"),
            ]
        )
        household = make_household(
            cast,
            persons=[{"name": NAME, "id_number": NUMBER, "phone": PHONE}],
            address="柳林一社区 3 号楼",
            details={"needs": "就业"},
        )
        case = to_closure(cast, make_case(cast, household, problem="失业在家"))
        group = groups.plan_group(
            contract=cast.contract,
            title="邻里互助小组",
            area=cast.communities["柳林一社区"],
            leader=cast.social_worker,
            members=8,
            by=cast.social_worker,
            at=at(),
        )
        entry = households.put_on_register(
            contract=cast.contract,
            kind="volunteer",
            label="志愿者 07",
            from_day=date(2024, 5, 6),
            by=cast.agency_manager,
            at=at(),
        )
        checked = ledger_import.check_list(
            contract=cast.contract, upload=workbook([row(), row(identity="1")]), by=cast.social_worker, at=at()
        )
        stored = StoredFile.objects.get()
        paper = CasePaper.objects.filter(case=case).first()
        return {
            "cast": cast,
            "household": household,
            "person": household.people.get(),
            "case": case,
            "group": group,
            "entry": entry,
            "import": checked,
            "paper": paper,
            "stored": stored,
        }


def address(file, name):
    """The address of a page, with the one object that it needs."""
    kwargs = {"tenant": file["cast"].tenant.slug}
    subject = SUBJECTS.get(name)
    if subject:
        kwargs["pk"] = file["cast"].contract.pk if subject == "contract" else file[subject].pk
    return reverse(f"caseload:{name}", kwargs=kwargs)


SUBJECTS = {
    "household": "household", "add_person": "household", "edit_ledger": "household", "set_category": "household", "put_on_register": "household", "set_system_no": "household",
    "add_household_paper": "household", "new_case": "household", "reveal_household": "household", "reveal_person": "person", "import_preview": "import", "import_faults": "import",
    "take_import": "import", "drop_import": "import", "case": "case", "note_first_contact": "case", "submit_intake": "case", "withdraw": "case", "complete_assessment": "case",
    "sign_plan": "case", "set_goals": "case", "complete_evaluation": "case", "submit_closure": "case", "recall_intake": "case", "recall_closure": "case", "set_case_system_no": "case",
    "add_case_paper": "case", "case_paper": "paper", "approval": "case", "approve": "case", "return": "case", "refuse": "case", "group": "group", "open_group": "group", "close_group": "group",
    "withdraw_group": "group", "add_group_paper": "group", "registers": "contract", "new_entry": "contract", "leave_register": "entry", "volunteer_facts": "entry",
}  # fmt: skip
LOOKS = ["households", "household", "cases", "case", "groups", "group", "registers"]
WORKS = [
    "new_household", "add_person", "edit_ledger", "set_category", "put_on_register", "set_system_no", "add_household_paper", "new_case", "ledger_import", "import_preview", "note_first_contact",
    "submit_intake", "withdraw", "complete_assessment", "sign_plan", "set_goals", "complete_evaluation", "submit_closure", "recall_intake", "recall_closure", "set_case_system_no", "add_case_paper",
    "new_group", "open_group", "close_group", "withdraw_group", "add_group_paper", "new_entry", "leave_register", "volunteer_facts",
]  # fmt: skip
OFFICE = ["approvals", "approval", "decided"]
READERS = [
    "contract_manager",
    "section_chief",
    "bureau_leader",
    "auditor",
    "subdistrict_officer",
    "agency_manager",
    "social_worker",
    "supervisor",
    "quality_control",
]
OUTSIDERS = ["bureau_finance", "agency_finance", "expert", "system_admin", "audit_admin"]


def statuses(client, file, names, method="get"):
    """{page: status} for one member."""
    return {name: getattr(client, method)(address(file, name)).status_code for name in names}


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


ACTS = ["reveal_household", "reveal_person", "take_import", "drop_import", "approve", "return", "refuse"]
NO_OFFICE = ["approval", "approve", "return", "refuse"]


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


HANDLERS = ["social_worker", "supervisor", "quality_control", "agency_manager", "subdistrict_officer"]


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


def test_one_field_is_shown_with_a_purpose_and_kept_in_the_trail(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    shown = client.post(
        address(file, "reveal_person"), {"field": "phone", "purpose": "联系本人或家属", "detail": "约入户"}
    )
    assert (shown.status_code, PHONE in shown.content.decode(), "no-store" in shown["Cache-Control"]) == (
        200,
        True,
        True,
    )
    assert (
        "3 号楼"
        in client.post(
            address(file, "reveal_household"), {"field": "address", "purpose": "入户前核对"}
        ).content.decode()
    )
    assert (
        "帮扶需求"
        in client.post(
            address(file, "reveal_household"), {"field": "details", "purpose": "入户前核对"}
        ).content.decode()
    )
    with scope.tenant(file["cast"].tenant.pk):
        seen = AuditEvent.objects.filter(action="person.revealed").values_list("fields_seen", "detail__purpose")
        assert list(seen) == [
            (["person.phone"], "联系本人或家属，约入户"),
            (["household.address"], "入户前核对"),
            (["household.details"], "入户前核对"),
        ]


@pytest.mark.parametrize(
    ("role", "data", "status"),
    [
        ("social_worker", {"field": "phone"}, 422),
        ("social_worker", {"field": "facts", "purpose": "入户前核对"}, 422),
        ("section_chief", {"field": "phone", "purpose": "入户前核对"}, 403),
    ],
)
def test_without_purpose_or_right_nothing_is_shown(file, sign_in, role, data, status):
    answer = sign_in(file["cast"].members[role]).post(address(file, "reveal_person"), data)
    assert (answer.status_code, PHONE in answer.content.decode()) == (status, False)


@pytest.mark.parametrize(
    ("q", "found"), [(NAME, True), ("白", True), (NUMBER, True), ("何木兰", False), (id_number(serial=400), False)]
)
def test_people_are_looked_up_by_name_or_number_without_either_in_an_address(file, sign_in, q, found):
    answer = sign_in(file["cast"].social_worker).post(address(file, "find_households"), {"q": q})
    assert (answer.status_code, "QH01-H-0001" in answer.content.decode()) == (200, found)
    with scope.tenant(file["cast"].tenant.pk):
        event = AuditEvent.objects.get(action="ledger.searched")
        assert q not in str(event.detail)


def test_the_ledger_is_filtered_by_place_category_register_and_number(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        other = make_household(cast, "石桥社区", "何木兰", categories=["low_income"])
        households.put_on_register(
            contract=cast.contract,
            kind="key_household",
            household=other,
            from_day=date(2024, 5, 6),
            by=cast.social_worker,
            at=at(),
        )
        category = other.categories.get().category
    client = sign_in(cast.social_worker)
    for query in (
        {"street": other.street_id},
        {"area": other.area_id},
        {"category": category.pk},
        {"register": "key_household"},
        {"number": "0002"},
    ):
        text = client.get(address(file, "households"), query).content.decode()
        assert ("QH01-H-0002" in text, "QH01-H-0001" in text) == (True, False), query
    assert "没有符合条件的家庭" in client.get(address(file, "households"), {"number": "nothing"}).content.decode()


def test_the_ledger_is_paged_forwards_and_backwards(file, sign_in, monkeypatch):
    monkeypatch.setattr("caseload.views.households.PAGE", 2)
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        for name in ("何木兰", "江一帆", "叶归舟"):
            make_household(cast, name=name)
    client = sign_in(cast.social_worker)

    def shown(query):
        text = client.get(address(file, "households"), query).content.decode()
        return [no for no in ("0001", "0002", "0003", "0004") if f"QH01-H-{no}<" in text]

    assert [shown({}), shown({"after": "QH01-H-0002"}), shown({"before": "QH01-H-0003"})] == [
        ["0001", "0002"],
        ["0003", "0004"],
        ["0001", "0002"],
    ]


@pytest.mark.parametrize("name", ["households", "cases", "groups", "approvals", "registers", "household"])
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


def test_a_family_is_entered_through_the_page_and_its_faults_stand_beside_the_fields(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    data = {
        "head-name": "江一帆",
        "head-id_number": NUMBER,
        "area": str(file["cast"].communities["柳林一社区"].pk),
        "categories": ["low_income"],
        "m-TOTAL_FORMS": "1",
        "m-INITIAL_FORMS": "0",
        "m-0-name": "江小满",
        "m-0-relation": "女儿",
    }
    taken = client.post(address(file, "new_household"), data)
    assert (
        taken.status_code,
        "这个身份证号已在台账中" in taken.content.decode(),
        "江小满" in taken.content.decode(),
    ) == (422, True, True)
    wrong = client.post(
        address(file, "new_household"), data | {"head-id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}
    )
    assert (wrong.status_code, "校验位不对" in wrong.content.decode()) == (422, True)
    made = client.post(address(file, "new_household"), data | {"head-id_number": id_number(serial=300)})
    assert made.status_code == 302
    with scope.tenant(file["cast"].tenant.pk):
        assert Household.objects.get(number="QH01-H-0002").people.count() == 2


def test_writing_the_ledger_never_shows_what_stands_there(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    text = client.get(address(file, "edit_ledger")).content.decode()
    assert ("已登记，留空则不改" in text, ">就业<" in text, "3 号楼" in text) == (True, False, False)
    client.post(address(file, "edit_ledger"), {"employment": "无业", "education": "初中", "benefits": "低保金"})
    with scope.tenant(file["cast"].tenant.pk):
        household = Household.objects.get()
        assert (
            RegisterEntry.objects.get(household=household, kind="household_file").facts["ledger_complete"],
            household.address.reveal(),
        ) == (True, "柳林一社区 3 号楼")


def test_a_list_is_uploaded_looked_at_and_taken_once(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    sent = client.post(
        address(file, "ledger_import"), {"contract": str(file["cast"].contract.pk), "file": workbook(many(3))}
    )
    preview = client.get(sent["Location"]).content.decode()
    assert ("3 行都能导入" in preview, "许**" in preview, "许星河" in preview) == (True, True, False)
    take = sent["Location"] + "take/"
    assert (client.post(take).status_code, client.post(take).status_code) == (302, 409)
    with scope.tenant(file["cast"].tenant.pk):
        assert Household.objects.count() == 4


def test_the_preview_names_the_bad_cells_and_hands_back_the_marked_workbook(file, sign_in):
    client = sign_in(file["cast"].social_worker)
    text = client.get(address(file, "import_preview")).content.decode()
    assert ("1 行要改" in text, "身份证号应为 18 位数字" in text) == (True, True)
    marked = client.get(address(file, "import_faults"))
    assert (marked.status_code, "attachment" in marked["Content-Disposition"]) == (200, True)
    assert client.post(address(file, "drop_import")).status_code == 302
    assert client.post(address(file, "take_import")).status_code == 409
    with scope.tenant(file["cast"].tenant.pk):
        assert LedgerImport.objects.get().state == "dropped"


def test_a_bad_file_is_refused_beside_its_field(file, sign_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = sign_in(file["cast"].social_worker).post(
        address(file, "ledger_import"),
        {"contract": str(file["cast"].contract.pk), "file": SimpleUploadedFile("x.xlsx", b"not a sheet")},
    )
    assert (answer.status_code, "这里只收 xlsx 表格" in answer.content.decode()) == (422, True)


def test_a_worker_carries_a_case_through_its_pages(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        case = make_case(cast, make_household(cast, name="何木兰"))
    file = {**file, "case": case}
    client = sign_in(cast.social_worker)
    long = "长期独居，邻里少往来"
    steps = [
        ("note_first_contact", {"on": "2024-05-08"}),
        (
            "submit_intake",
            {
                "willing": "愿意",
                "problems": long,
                "needs": long,
                "opinion": "建议接案",
                "community_opinion": "同意，社区主任",
            },
        ),
    ]
    for name, data in steps:
        assert client.post(address(file, name), data).status_code == 302, name
    assert sign_in(cast.subdistrict_officer).post(address(file, "approve")).status_code == 302
    client, today = sign_in(cast.social_worker), "2026-11-24"
    goals = {
        "g-TOTAL_FORMS": "1",
        "g-INITIAL_FORMS": "0",
        "g-0-title": "每周外出",
        "g-0-before": "0 次",
        "g-0-now": "2 次",
        "g-0-target": "2 次",
    }
    with scope.tenant(cast.tenant.pk):
        today = str(Case.objects.get(pk=case.pk).opened_on)
    steps = [
        (
            "complete_assessment",
            {"on": today, "physical": long, "psychological": long, "social": long, "strengths": long, "urgent": long},
        ),
        (
            "sign_plan",
            {
                "on": today,
                "aim": long,
                "model": "任务中心",
                "steps": long,
                "evaluation": long,
                "signed_by": "本人",
                **goals,
            },
        ),
        ("add_case_paper", {"kind": "process", "filled_on": today, "text": long}),
        ("add_case_paper", {"kind": "photo", "filled_on": today, "text": long}),
        ("add_case_paper", {"kind": "satisfaction", "filled_on": today, "text": "非常满意"}),
        (
            "complete_evaluation",
            {"on": today, "change": long, "attained": long, "process": long, "conclusion": "建议结案", **goals},
        ),
        ("set_case_system_no", {"system_no": "JZ-01"}),
        ("submit_closure", {"reason": "goals_met", "summary": long}),
    ]
    for name, data in steps:
        answer = client.post(address(file, name), data)
        assert answer.status_code == 302, (name, answer.content.decode()[:3000])
    assert sign_in(cast.subdistrict_officer).post(address(file, "approve"), {"reason": ""}).status_code == 302
    with scope.tenant(cast.tenant.pk):
        done = Case.objects.get(pk=case.pk)
        assert (done.state, done.goals[0]["now"], done.system_no) == ("closed", "2 次", "JZ-01")


def test_a_closure_that_lacks_papers_is_refused_on_its_own_page(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        case = carry_out(
            cast,
            cases.approve_intake(
                hand_in(cast, make_case(cast, make_household(cast, name="何木兰"))),
                by=cast.subdistrict_officer,
                at=at("2024-05-15 10:00"),
            ),
        )
        Case.objects.filter(pk=case.pk).update(papers=["intake"])
    answer = sign_in(cast.social_worker).post(
        address({**file, "case": case}, "submit_closure"), {"reason": "goals_met", "summary": "结案"}
    )
    assert (answer.status_code, "缺个案工作预估表、个案工作计划表" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("name", ["return", "refuse"])
def test_sending_back_without_a_reason_says_so_and_decides_nothing(file, sign_in, name):
    answer = sign_in(file["cast"].subdistrict_officer).post(address(file, name), {"reason": " "})
    assert (answer.status_code, "写明原因" in answer.content.decode()) == (422, True)
    with scope.tenant(file["cast"].tenant.pk):
        assert Case.objects.get().state == "closure_submitted"


def test_deciding_twice_is_told_as_a_conflict(file, sign_in):
    client = sign_in(file["cast"].subdistrict_officer)
    assert client.post(address(file, "approve")).status_code == 302
    again = client.post(address(file, "approve"))
    assert (again.status_code, "个案现在是“已结案”" in again.content.decode()) == (409, True)
    assert "没有等你审批的个案" in client.get(address(file, "approvals")).content.decode()


def test_teams_and_volunteers_are_kept_by_the_agency(file, sign_in):
    client = sign_in(file["cast"].agency_manager)
    data = {
        "kind": "home_visit_team",
        "label": "柳林一组",
        "from_day": "2024-05-06",
        "social_workers": "1",
        "volunteers": "1",
    }
    assert (
        client.post(address(file, "new_entry"), data).status_code,
        client.post(address(file, "new_entry"), data).status_code,
    ) == (302, 422)
    assert (
        client.post(address(file, "volunteer_facts"), {"training_attended": "on", "exam_sat": "on"}).status_code == 302
    )
    assert client.post(address(file, "leave_register"), {"to_day": "2024-06-30"}).status_code == 302
    with scope.tenant(file["cast"].tenant.pk):
        entry = RegisterEntry.objects.get(pk=file["entry"].pk)
        assert (entry.facts, entry.to_day) == (
            {"training_attended": True, "exam_sat": True, "exam_passed": False, "selected": False},
            date(2024, 6, 30),
        )
        assert RegisterEntry.objects.get(label="柳林一组").facts == {"social_workers": 1, "volunteers": 1}


def test_a_get_writes_nothing(file, sign_in):
    cast = file["cast"]
    with scope.tenant(cast.tenant.pk):
        before = AuditEvent.objects.count()
    client = sign_in(cast.social_worker)
    for name in [*LOOKS, *WORKS, "case_paper", "import_faults"]:
        client.get(address(file, name))
    with scope.tenant(cast.tenant.pk):
        assert AuditEvent.objects.count() == before
