"""No name, number, telephone or address of a served person in any page, file or archive that an evaluator gets.

The values are put into every text that a worker can type; then everything that the evaluator may fetch is fetched, unpacked
and searched, the text of PDFs and the cells of workbooks included.
"""

import io
import json
import zipfile
from datetime import date

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from caseload.models import Carer, Case, CasePaper, Group, GroupMember, GroupPaper, Person
from caseload.rules.people import normal_name
from documents import jobs
from evaluations.actions import packs, samples
from evaluations.models import ItemScore, Round, RoundMove, Scorer
from services.models import ActivityKind, Attendance
from tenancy import keys, scope
from tenancy.permissions import allows
from tenancy.routes import tenant_routes
from tests.caseload.conftest import make_case, make_household, set_up_ledger
from tests.caseload.people import id_number
from tests.cast import at
from tests.evaluations.sampled import add_record, arranged

CHILD = {
    "name": "白小满",
    "id_number": id_number(birth=date(2014, 5, 6), serial=31),
    "phone": "13900005678",
    "relation": "女儿",
}
MOTHER = {"name": "欧阳露华", "id_number": id_number(birth=date(1980, 3, 4), serial=30), "phone": "13800001111"}
NEIGHBOUR = {"name": "古月明珠", "id_number": id_number(birth=date(1970, 3, 4), serial=29), "phone": "13700002222"}
GUARDIAN, GUEST, MEMBER = ("司徒远航", "13600003333"), ("端木清欢", "13500004444"), ("上官晓月", "13400006666")
ADDRESS = "柳巷深处9号"
PEOPLE = [(one["name"], one["id_number"], one["phone"]) for one in (CHILD, MOTHER, NEIGHBOUR)]
NAMES = [name for name, *_ in (*PEOPLE, GUARDIAN, GUEST, MEMBER)]
NUMBERS = [number for _name, *numbers in (*PEOPLE, GUARDIAN, GUEST, MEMBER) for number in numbers]
CANARIES = [*NAMES, *NUMBERS, ADDRESS, "露华", "小满", "柳巷深处", CHILD["phone"][:8]]
# Everybody and everything, as a careless worker types it; spaced and full-width, too.
SAID = f"{'、'.join(NAMES)}在场，电话{'，'.join(NUMBERS)}，家住{ADDRESS}；白 小 满又来，证件{CHILD['id_number'].translate({ord(d): ord(d) + 65248 for d in '0123456789'})}"
WORK = "活动按计划完成"


def indexed(name):
    return {"name": name, "name_index": keys.blind_index(normal_name(name))}


def full_of_names(cast):
    """A case, a group and records whose every text names everybody."""
    set_up_ledger(cast)
    household = make_household(cast, persons=[MOTHER, CHILD], address=ADDRESS, note=SAID)
    make_household(cast, persons=[NEIGHBOUR], community="石桥社区")
    child = Person.objects.get(is_head=False)
    Carer.objects.create(
        household=household, person=child, role="guardian", name=GUARDIAN[0], phone=GUARDIAN[1], relation="舅舅", from_day=date(2024, 1, 2), created_at=at()
    )  # fmt: skip
    case = make_case(cast, household, problem=SAID)
    goals = [{"title": SAID, "before": SAID, "now": SAID, "target": SAID}]
    Case.objects.filter(pk=case.pk).update(
        person=child, state="open", first_contact_on=date(2024, 5, 7), opened_on=date(2024, 5, 8), approvals=["intake_subdistrict"], goals=goals,
        community_opinion=SAID[:200],
    )  # fmt: skip
    case.refresh_from_db()
    case.closure_summary = SAID
    case.save()
    case.moves.create(verb="withdraw", from_state="draft", to_state="open", at=at(), reason=SAID[:500])
    for kind, data in (
        ("intake", {"problems": SAID, "社工记": SAID}),
        ("process", {"content": SAID}),
        ("photo", {"text": SAID}),
    ):
        CasePaper.objects.create(
            case=case, kind=kind, data=json.dumps(data, ensure_ascii=False), filled_on=date(2024, 6, 1), created_at=at()
        )
    ActivityKind.objects.create(
        code="session", label="介入", subject="case", fields=[{"name": "topic", "label": "主题", "type": "text"}]
    )
    add_record(cast, "session", case=case, narrative=SAID, title=SAID[:80], facts={"topic": SAID[:60]})
    _group(cast)
    for kind in ("training", "visit"):
        known = {"household": household, "person": child} if kind == "visit" else {}
        record = add_record(cast, kind, narrative=f"{SAID}。{WORK}", title=SAID[:80], participants=2, **known)
        record.moves.create(
            verb="return",
            from_state="submitted",
            to_state="returned",
            by=cast.quality_control,
            at=at(),
            reason=SAID[:400],
        )
        Attendance.objects.create(
            record=record, phone=GUEST[1], place=ADDRESS, way="code", came_at=at(), **indexed(GUEST[0])
        )
        record.evidence.create(file=cast.values["photo"], kind="photo", caption=SAID[:120], added_at=at())


def _group(cast):
    place = {"area": cast.communities["柳林一社区"], "street": cast.streets["柳林街道"]}
    group = Group.objects.create(
        contract=cast.contract, title=f"{MEMBER[0]}的小组", leader=cast.social_worker, members=8, state="open", first_session_on=date(2024, 6, 1), created_at=at(), **place
    )  # fmt: skip
    GroupMember.objects.create(
        group=group, phone=MEMBER[1], joined_on=date(2024, 6, 1), created_at=at(), **indexed(MEMBER[0])
    )
    for kind in ("plan", "summary"):
        data = json.dumps({"background": SAID, "course": SAID, "旧项": SAID}, ensure_ascii=False)
        GroupPaper.objects.create(group=group, kind=kind, data=data, filled_on=date(2024, 6, 2), created_at=at())
    add_record(cast, "session", group=group, narrative=SAID, title=SAID[:80])


@pytest.fixture
def stage(cast, monkeypatch):
    """A concluded-to-be round whose samples are everything there is."""
    from documents.actions.files import store
    from tests.populated import picture

    monkeypatch.setattr("tenancy.clock.now", lambda: at("2024-11-21 10:00"))
    with scope.tenant(cast.tenant.pk):
        arranged(cast, records=0)
        cast.values["photo"] = store(picture(), allow={"image"}, by=cast.social_worker, at=at())
        full_of_names(cast)
        draw = samples.draw_sample(cast.round, count=4, seed="1", by=cast.contract_manager, at=at("2024-11-20 09:00"))
        cast.values["kinds"] = sorted(row.kind for row in draw.files.all())
        cast.values["samples"] = [row.pk for row in draw.files.all()]
        _written(cast)
    return cast


def _written(cast):
    """What the parties write to each other names everybody, too: the agency's own sheet, its statement, the conclusion."""
    own = Scorer.objects.create(
        round=cast.round, party="self", membership=cast.agency_manager, from_day=cast.scorer.from_day, to_day=cast.scorer.to_day, state="declared",
        declared_at=at(), opinion=SAID, assigned_by=cast.contract_manager, assigned_at=at(),
    )  # fmt: skip
    for scorer in (own, cast.scorer):
        for item in ("1.1", "2.1"):
            note = SAID if scorer == own else "记录完整"
            ItemScore.objects.create(
                scorer=scorer, item=item, entry={"points": "30"}, points=30, note=note, changed_at=at()
            )
        Scorer.objects.filter(pk=scorer.pk).update(state="signed", signed_at=at(), digest="e" * 64, total=60)
    RoundMove.objects.create(round=cast.round, verb="state", to_state="stated", by=cast.agency_manager, at=at())
    Round.objects.filter(pk=cast.round.pk).update(
        state="stated", statement=SAID, stated_by=cast.agency_manager, stated_at=at(), opinion=SAID, decision=SAID
    )


def make_pack(cast):
    with scope.tenant(cast.tenant.pk):
        job = packs.ask_pack(cast.round, by=cast.contract_manager, at=at())
    jobs.run(tenant_id=cast.tenant.pk, job_id=job.pk, now=lambda: at("2024-11-20 10:00"))


def read(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def told(content, name=""):
    """{where: text} of what was fetched: archives unpacked, PDFs and workbooks read."""
    if content[:4] == b"%PDF":
        reader = pypdf.PdfReader(io.BytesIO(content))
        return {name: "".join(page.extract_text() for page in reader.pages) + str(reader.metadata)}
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
                return {
                    name: "\n".join(
                        str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row
                    )
                }
            return {name: "\n".join(names)} | {
                place: text for one in names for place, text in told(archive.read(one), f"{name}/{one}").items()
            }
    return {name: content.decode("utf-8", "replace")}


def squeezed(text):
    return "".join(text.split())


def found_in(texts):
    return [(place, value) for place, text in texts.items() for value in CANARIES if value in squeezed(text)]


def fetched(cast, client):
    """Everything that the evaluator can fetch of the round: each of its pages by its address, each sample, the pack, the reports."""
    texts, base = {}, f"/qinghe/evaluations/rounds/{cast.round.pk}/"
    for pk in cast.values["samples"]:
        texts |= told(read(client.post(f"/qinghe/evaluations/samples/{pk}/")), f"sample {pk}")
    places = [f"{base}samples/", f"{base}pack/", f"{base}report/pdf/", f"{base}report/xlsx/"]
    for address in places:
        answer = client.get(address)
        assert (address, answer.status_code) == (address, 200)
        texts |= told(read(answer), address)
    texts |= told(read(client.post(f"{base}pack/file/")), "pack")
    # The pages of others about the round, its sheets and scorers, whatever they are.
    for route in tenant_routes():
        if (
            route.name.startswith("evaluations:")
            and "GET" in route.methods
            and len(route.parameters) <= 2
            and allows(cast.evaluator, route.permission)
        ):
            for values in ({"pk": cast.round.pk}, {"pk": cast.scorer.pk}) if "pk" in route.parameters else ({},):
                answer = client.get(reverse(route.name, kwargs={"tenant": "qinghe", **values}))
                if answer.status_code == 200:
                    texts |= told(read(answer), f"{route.name} {values}")
    return texts


def test_an_evaluator_gets_everything_and_learns_whose_it_is_of_nothing(stage, sign_in, monkeypatch):
    assert stage.values["kinds"] == ["case", "group", "training", "visit"]
    make_pack(stage)
    client = sign_in(stage.evaluator)
    texts = fetched(stage, client)
    assert sorted({place for place, _value in found_in(texts)}) == []
    stories = [text for place, text in texts.items() if place.startswith("sample") or "样本" in place]
    assert (len(stories), all("【" in text for text in stories)) == (8, True)
    assert sum(WORK in squeezed(text) for text in stories) == 4
    # With nothing hidden the same search finds them: otherwise the above would prove nothing.
    monkeypatch.setattr("evaluations.reporting.hiding.scrub", lambda text, known: text)
    texts = {pk: read(client.post(f"/qinghe/evaluations/samples/{pk}/")).decode() for pk in stage.values["samples"]}
    assert {value for _place, value in found_in(texts)} >= set(NAMES)
