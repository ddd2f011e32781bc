"""One of everything for pages to show, the addresses of the pages, and who may open them."""

from datetime import date

from django.urls import reverse

from caseload.actions import groups, households, ledger_import, people
from caseload.models import CasePaper, CaseReferral, LedgerChange
from contracts.models import Label
from tenancy import scope
from tests.caseload.conftest import make_case, make_household, set_up_ledger, to_closure
from tests.caseload.lists import row, workbook
from tests.caseload.people import id_number
from tests.cast import at

NAME, NUMBER, PHONE = "白露华", id_number(date(1962, 3, 4), 77), "13800000001"


REGISTERS = {
    "household_file": "家庭档案",
    "key_household": "重点回访对象",
    "volunteer": "志愿者",
    "home_visit_team": "入户小组",
}


def make_everything(cast):
    """One of everything, in 柳林街道: a household, a case that waits for closure, a group, a team, a checked list."""
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        Label.objects.bulk_create(Label(family="register", code=code, label=label) for code, label in REGISTERS.items())
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
        paper = CasePaper.objects.filter(case=case).first()
        referral = CaseReferral.objects.create(
            case=case, paper=paper, state="sent", to="区心理咨询中心", needs_approval=False, handed_on=date(2024, 7, 2),
            by=cast.social_worker, created_at=at(),
        )  # fmt: skip
        return {
            "cast": cast,
            "household": household,
            **_of_household(cast, household),
            "person": household.people.get(),
            "case": case,
            "group": group,
            "entry": entry,
            "import": checked,
            "paper": paper,
            "referral": referral,
        }


def _of_household(cast, household):
    """A paper, a carer, a change and a category's period of a household."""
    survey = households.add_household_paper(
        household, kind="needs_survey", filled_on=date(2024, 5, 6), data={"needs": "就业"}, by=cast.social_worker, at=at("2024-05-06 11:00")
    )  # fmt: skip
    carer = people.add_carer(
        household.people.get(), role="carer", name="何木兰", phone="13900000002", relation="邻居", from_day=date(2024, 5, 6), by=cast.social_worker, at=at("2024-05-06 11:00"),
    )  # fmt: skip
    change = LedgerChange.objects.create(
        household=household, item="needs", old="就业", new="就医", reported_on=date(2024, 5, 6), by=cast.social_worker, at=at()
    )  # fmt: skip
    return {"survey": survey, "carer": carer, "change": change, "belonging": household.categories.get()}


def address(file, name):
    """The address of a page, with the one object that it needs."""
    kwargs = {"tenant": file["cast"].tenant.slug}
    subject = SUBJECTS.get(name)
    if subject:
        kwargs["pk"] = file["cast"].contract.pk if subject == "contract" else file[subject].pk
    return reverse(f"caseload:{name}", kwargs=kwargs)


SUBJECTS = {
    "household": "household", "add_person": "household", "edit_ledger": "household", "set_category": "household", "put_on_register": "household", "set_system_no": "household",
    "add_household_paper": "household", "new_case": "household", "reveal_household": "household", "reveal_person": "person", "import_preview": "import", "import_faults": "import", "import_columns": "import",
    "take_import": "import", "drop_import": "import", "case": "case", "note_first_contact": "case", "submit_intake": "case", "withdraw": "case", "complete_assessment": "case",
    "sign_plan": "case", "set_goals": "case", "complete_evaluation": "case", "submit_closure": "case", "recall_intake": "case", "recall_closure": "case", "set_case_system_no": "case",
    "raise_crisis": "case", "note_crisis_contact": "case", "review": "case", "withdraw_referral": "case", "follow_up": "case", "reopen": "case", "note_referral_answer": "referral",
    "add_case_paper": "case", "case_form": "case", "print_paper": "paper", "case_paper": "paper", "approval": "case", "approve": "case", "return": "case", "refuse": "case", "group": "group", "open_group": "group", "close_group": "group",
    "household_form": "household", "print_household_paper": "survey", "end_category": "belonging", "edit_person": "person", "add_carer": "person", "end_carer": "carer", "reveal_carer": "carer", "reveal_change": "change",
    "withdraw_group": "group", "add_group_paper": "group", "leave_register": "entry",
}  # fmt: skip
LOOKS = ["households", "household", "cases", "case", "groups", "group"]
WORKS = [
    "new_household", "add_person", "edit_ledger", "set_category", "put_on_register", "set_system_no", "add_household_paper", "new_case", "ledger_import", "import_preview", "import_columns", "note_first_contact",
    "submit_intake", "withdraw", "complete_assessment", "sign_plan", "set_goals", "complete_evaluation", "submit_closure", "recall_intake", "recall_closure", "set_case_system_no", "add_case_paper", "case_form", "raise_crisis", "note_crisis_contact", "withdraw_referral", "follow_up", "reopen", "note_referral_answer",
    "household_form", "end_category", "edit_person", "add_carer", "end_carer", "new_group", "open_group", "close_group", "withdraw_group", "add_group_paper", "leave_register",
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


ACTS = [
    "print_paper",
    "reveal_household",
    "reveal_person",
    "reveal_carer",
    "reveal_change",
    "print_household_paper",
    "take_import",
    "drop_import",
    "approve",
    "return",
    "refuse",
]
NO_OFFICE = ["approval", "approve", "return", "refuse", "review"]


HANDLERS = ["social_worker", "supervisor", "quality_control", "agency_manager", "subdistrict_officer"]


def statuses(client, file, names, method="get"):
    """{page: status} for one member."""
    return {name: getattr(client, method)(address(file, name)).status_code for name in names}
