"""Who may only read writes nothing: every address that takes a POST, found in the resolver, tried by readers.

An auditor, an audit administrator, an outside evaluator, and the people of an agency to which a contract is open for reading (ReadGrant)
send to each address about an object of a populated bureau. The answer must be a refusal: were it a form's complaint,
a better filled form would have got through. Where a reader's POST is no write at all, the address is named below.
"""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import reverse

from tenancy import scope
from tenancy.models import TenantModel
from tenancy.permissions import allows
from tenancy.routes import tenant_routes
from tests.cast import _member
from tests.populated import picture, populate
from tests.tenancy.test_strangers import client_of, owner_opens

pytestmark = pytest.mark.django_db
POSTS = [route for route in tenant_routes() if "POST" in route.methods]
# A POST because names and numbers must not stand in an address; it only looks.
LOOKS = {"caseload:find_households"}
# Taking a copy of the originals out: a POST because each copy is kept in the trail, and nothing else is.
LOOKS |= {"evaluations:export_survey"}
# An evaluator runs surveys of its own beside what it reads.
OWN_SURVEYS = {"evaluations:new_survey"}
# The evaluator's own reading: a POST because each opening is kept in the trail, and nothing else is.
SAMPLES = {"caseload:open_sample"}
# About no object: an agency without a contract of its own is shown that there is none, whatever it sends.
NOTHING_OF_ITS_OWN = {
    "caseload:new_household", "caseload:new_unknown", "caseload:new_group", "caseload:ledger_import", "caseload:exports", "services:new_record",
}  # fmt: skip
# Open to a permission to look, since several parties share them; the view and the act ask which party it is.
ASKS_FURTHER = {
    "services:make_papers", "services:new_incident", "services:add_incident_paper", "evaluations:add_paper", "payments:store_check",
    "caseload:print_paper", "caseload:print_group_paper", "services:print_case", "services:open_case_file",
    "evaluations:add_order_paper", "evaluations:add_breach_paper", "evaluations:add_inquiry_paper", "evaluations:arrive_inquiry",
}  # fmt: skip
# One's own reminders: whoever is reminded marks them as read and says how to be told; nobody else's row is touched.
OWN = {"services:read_notices", "services:notice_preference"}
OWN_ROWS = {"services.Notice", "services.NoticePreference"}
# One's own score sheet, whatever side one scores for: nobody else has it, and nothing but it is written.
SHEETS = {
    "evaluations:declare", "evaluations:recuse", "evaluations:save_item", "evaluations:add_score_photo", "evaluations:remove_score_photo",
    "evaluations:propose", "evaluations:agree", "evaluations:withdraw_agreement", "evaluations:sign_sheet",
}  # fmt: skip
# What an evaluator reads of a round: each opening is kept and marked as its own, a pack is asked for and taken.
SAMPLES_READ = {"evaluations:sample", "evaluations:mark_sample", "evaluations:ask_pack", "evaluations:download_pack"}
READ_ROWS = {"evaluations.SampleReading", "documents.Job"}
SHEET_ROWS = {
    "evaluations.Scorer", "evaluations.ItemScore", "evaluations.ScorePhoto", "evaluations.Agreement", "evaluations.AgreementVoice", "documents.StoredFile",
}  # fmt: skip
GUESTS = ("agency_manager", "social_worker", "quality_control", "supervisor", "agency_finance")
TRAIL = {"tenancy.AuditEvent", "tenancy.AuditHead"}
# Filled in wherever a form asks for it: enough for every act that asks for little.
FILLED = {
    "reason": "核对后退回", "title": "补充材料", "purpose": "核对本人情况", "opinion": "同意", "agrees": "on", "result": "passed", "version": "1", "problems": "已改",
    "highlight": "已改", "next_month": "已改", "voucher": "PZ-1", "paid_on": "2024-06-03", "token": "9f6b0f0e-6f6e-4b1a-9a55-0d8e3a1c2b11", "day": "2024-06-03",
    "to_day": "2026-01-01", "name": "新名字", "post": "social_worker", "from_day": "2024-06-03", "kind": "holiday", "field": "phone", "on": "2024-06-03",
}  # fmt: skip


@pytest.fixture(scope="module")
def bureau(django_db_setup, django_db_blocker):
    """A populated bureau and the people of the agency that may read its contract."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = populate("qinghe", "青河区民政局", 1)
        with scope.tenant(cast.tenant.pk):
            guests = apps.get_model("contracts.ReadGrant").objects.get().organisation
            cast.guests = [_member(guests, role, "江畔客", f"{cast.tenant.slug}.guest") for role in GUESTS]
        for member in [*cast.members.values(), *cast.guests]:
            client_of(member)
        yield cast
        transaction.set_rollback(True)


TABLES = {model._meta.db_table: model._meta.label for model in apps.get_models() if issubclass(model, TenantModel)}


def touched():
    """{model: rows written so far in this transaction, undone ones included}, as the database itself counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        counts = dict(cursor.fetchall())
    return {label: counts.get(table, 0) for table, label in TABLES.items() if label not in TRAIL}


def contents(cast, labels):
    """Every row of the bureau as the database holds it, of the models named."""
    with scope.tenant(cast.tenant.pk), connection.cursor() as cursor:
        held = {}
        for label in labels:
            cursor.execute(f'SELECT t::text FROM "{apps.get_model(label)._meta.db_table}" t ORDER BY 1')
            held[label] = cursor.fetchall()
        return held


def send(cast, route, values, member):
    """(status, the models whose rows differ afterwards) of one POST; nothing of what it did stays.

    What the request touched and undid again is no difference: it is asked once more with a look at those rows.
    """
    status, written = _posted(cast, route, values, member, ())
    return (status, []) if not written else _posted(cast, route, values, member, written)


def _posted(cast, route, values, member, looked_at):
    address = reverse(route.name, kwargs={"tenant": cast.tenant.slug, **values})
    with transaction.atomic():
        before, counted = contents(cast, looked_at), touched()
        answer = client_of(member).post(address, FILLED | {"file": picture(), "upload": picture()})
        after, counts = contents(cast, looked_at), touched()
        transaction.set_rollback(True)
    if looked_at:
        return answer.status_code, [label for label, rows in after.items() if rows != before[label]]
    return answer.status_code, [label for label, number in counts.items() if number != counted[label]]


def values_of(cast, route):
    return owner_opens(cast, route) if len(route.parameters) > 1 else {}


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_a_reader_writes_nothing(route, bureau):
    values = values_of(bureau, route)
    assert values is not None, f"no object of tests/populated.py opens {route.name}: add one there"
    tries = []
    for member in [bureau.auditor, bureau.audit_admin, bureau.evaluator, *bureau.guests]:
        status, changed = send(bureau, route, values, member)
        # 409: the act itself refused one who is no party.
        refused = status in (403, 404, 409) or route.name in LOOKS | SAMPLES | OWN_SURVEYS | NOTHING_OF_ITS_OWN
        if route.name in OWN:
            refused, changed = True, sorted({*changed} - OWN_ROWS)
        if route.name in SHEETS and member == bureau.evaluator:
            refused, changed = True, sorted({*changed} - SHEET_ROWS)
        if route.name in SAMPLES_READ and member == bureau.evaluator:
            refused, changed = True, sorted({*changed} - READ_ROWS)
        if changed or not refused:
            tries.append((member.role, str(member.organisation), status, changed))
    assert tries == []


def test_the_readers_do_read(bureau):
    """Otherwise the test above would prove nothing: the contract is open to each of those who may see contracts."""
    address = reverse("contracts:contract", kwargs={"tenant": bureau.tenant.slug, "pk": bureau.contract.pk})
    readers = [bureau.auditor, *bureau.guests]
    assert [client_of(member).get(address).status_code for member in readers] == [200] * len(readers)


def test_the_test_would_notice_a_write(bureau):
    route = next(route for route in POSTS if route.name == "payments:store_check")
    assert send(bureau, route, values_of(bureau, route), bureau.contract_manager) == (
        302,
        ["payments.EligibilityCheck"],
    )


def test_a_role_that_only_looks_holds_no_address_that_writes():
    """A new POST that asks for a permission to look has to be named above, and so to be thought about."""
    auditor = type("Member", (), {"role": "auditor"})
    assert {route.name for route in POSTS if allows(auditor, route.permission)} == LOOKS | ASKS_FURTHER | OWN | SHEETS
