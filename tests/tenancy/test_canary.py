"""Nobody reads a name, an identity number, a telephone or a case's words who has not to: every page of a populated bureau,
opened by everybody who may open it, searched for values that were put there to be found.
"""

import io
import json
import zipfile

import pytest
from django.db import connection, transaction
from django.urls import reverse

from caseload.models import Case, CasePaper, Household, Person
from contracts.models import ReadGrant
from services.models import ServiceRecord
from tenancy import scope
from tenancy.permissions import allows
from tenancy.routes import tenant_routes
from tests.cast import _member
from tests.populated import populate
from tests.tenancy.test_strangers import ASKED, client_of, owner_opens

pytestmark = pytest.mark.django_db
PAGES = [route for route in tenant_routes() if "GET" in route.methods]
NAME = "白露华"
# Never on a page: a purpose has to be stated, and the answer to that is no page.
SEALED = {
    "identity number": "11010119900307003X",
    "telephone": "13800001234",
    "address": "柳巷深处九号",
    "note": "备注里的秘密",
    "ledger": "台账里的秘密",
}
# On the pages of those who handle the case or the record.
WORDS = {"problem": "困境里的秘密", "narrative": "服务过程里的秘密", "paper": "材料里的秘密"}
FIELD = {"agency_manager", "social_worker", "quality_control", "supervisor"}
HANDLE = FIELD | {"subdistrict_officer"}
# They log services for people of their agency's contracts: the name on a record, and nothing that was written about it.
LOG = {"resource_officer", "on_site_clerk"}
UPLOADED = "caseload:import_faults"
GUESTS = ("agency_manager", "social_worker", "quality_control", "supervisor", "agency_finance")


@pytest.fixture(scope="module")
def bureau(django_db_setup, django_db_blocker):
    """A populated bureau in which every personal value is one to be searched for."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = populate("qinghe", "青河区民政局", 1)
        with scope.tenant(cast.tenant.pk):
            _put(cast)
            cast.colleague = _member(cast.provider, "social_worker", "同事", "qinghe.second")
            cast.guests = [
                _member(ReadGrant.objects.get().organisation, role, "江畔客", "qinghe.guest") for role in GUESTS
            ]
        for member in [*cast.members.values(), *cast.guests, cast.colleague]:
            client_of(member)
        yield cast
        transaction.set_rollback(True)


def _put(cast):
    person, household, case = (
        Person.objects.get(is_head=True),
        Household.objects.get(number__endswith="0001"),
        Case.objects.get(),
    )
    person.id_number = SEALED["identity number"]
    household.address, household.note, household.details = (
        SEALED["address"],
        SEALED["note"],
        json.dumps({"income": SEALED["ledger"]}, ensure_ascii=False),
    )
    case.problem = WORDS["problem"]
    for row in (person, household, case):
        row.save()
    for record in ServiceRecord.objects.all():
        record.narrative = WORDS["narrative"]
        record.save()
    for paper in CasePaper.objects.all():
        paper.data = json.dumps({"problems": WORDS["paper"]}, ensure_ascii=False)
        paper.save()


def body(answer):
    """What a reader of the answer can read: text, or what an Excel file holds."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    if raw[:4] == b"%PDF":
        from pypdf import PdfReader

        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    return raw.decode("utf-8", "ignore")


def read(cast, route, values, member):
    address = reverse(route.name, kwargs={"tenant": cast.tenant.slug, **values}) + ASKED.get(route.name, "")
    with transaction.atomic():
        answer = client_of(member).get(address)
        text = body(answer)
        transaction.set_rollback(True)
    return text


def forbidden(cast, route, member):
    """{what it is: the value} that the member may not read on the page."""
    everything = SEALED | WORDS | {"name": NAME}
    on_records = route.name.startswith("services:")
    if member in cast.guests:
        return everything
    if member == cast.colleague:  # serves under the contract, but not in this case
        return SEALED | {name: WORDS[name] for name in ("problem", "paper")} | ({} if on_records else {"name": NAME})
    if member.role in HANDLE:
        return SEALED
    return SEALED | WORDS if member.role in LOG and on_records else everything


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_a_page_tells_nothing_personal(route, bureau):
    values = owner_opens(bureau, route) if len(route.parameters) > 1 else {}
    found = []
    for member in [*bureau.members.values(), *bureau.guests, bureau.colleague]:
        # The marked copy of an uploaded list goes back to those of that agency who upload lists, and holds what it held.
        if allows(member, route.permission) and not (route.name == UPLOADED and member.organisation == bureau.provider):
            text = read(bureau, route, values, member)
            names = [name for name, value in forbidden(bureau, route, member).items() if value in text]
            found += [(member.role, str(member.organisation), names)] if names else []
    assert found == []


def test_those_who_handle_the_case_read_its_name_and_words(bureau):
    """Otherwise the test above would prove nothing."""
    route = next(route for route in PAGES if route.name == "caseload:case")
    text = read(bureau, route, {"pk": bureau.case.pk}, bureau.social_worker)
    assert [value for value in (NAME, WORDS["problem"]) if value not in text] == []


def test_nothing_personal_lies_open_in_the_database(bureau):
    """Neither in the trail, nor in jobs, imports, snapshots or sessions: every row of every table, as text."""
    with scope.tenant(bureau.tenant.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'django_migrations'"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = "".join(row for (row,) in cursor.fetchall())
            found += [(table, name) for name, value in {"name": NAME, **SEALED, **WORDS}.items() if value in text]
    assert found == []
