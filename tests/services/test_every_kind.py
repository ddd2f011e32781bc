"""Every kind of activity of every library contract can be logged on the form, verified, and is counted: with no code of its own."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from uuid6 import uuid7

from caseload.actions.registers import put_on_register
from contracts.models import Label
from services.actions.kinds import save_kind
from services.contract_section import KIND_WORDS
from services.indicators.measure import measure_contract
from services.models import Indicator, RecordEvidence, ServiceRecord
from tenancy import scope
from tests.cast import at
from tests.documents.hostile import picture
from tests.seeds.reaching import data_of, lots
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]
BOOLEAN, CHOICE = "boolean", "choice"
TYPED = {"number": "12", "date": "2024-06-01", "text": "甲"}


@pytest.fixture(params=lots())
def lot(request, scene, inside):
    """The kinds of a library file in the bureau, one entry on each register that they name, and an indicator for each."""
    data = data_of(request.param)
    kinds = [
        {"subject": "none"} | {word: kind[word] for word in KIND_WORDS if word in kind}
        for kind in data["activity_kinds"]
    ]
    inside(prepare, scene, data, kinds)
    return scene, kinds


def prepare(scene, data, kinds):
    contract = scene.cast.contract
    contract.indicators.all().delete()
    for code, label in data["labels"].get("register", {}).items():
        Label.objects.create(family="register", code=code, label=label)
    for sort, kind in enumerate(kinds):
        save_kind(**kind, sort=sort, by=None, at=at())
        definition = {"of": f"record.{kind['code']}", "target": {"ge": 1}}
        Indicator.objects.create(
            contract=contract, code=f"K{sort}", title=kind["label"], definition=definition, sentence="", sort=sort
        )
    for register in {kind["registers"][0] for kind in kinds if kind.get("registers")}:
        put_on_register(contract=contract, kind=register, label=register, from_day=date(2024, 1, 2), by=None, at=at())
    if not data.get("areas"):
        contract.contractareas.all().delete()


def subject_of(scene, kind):
    """The id of a subject of the kind, as an address names it."""
    entries = scene.cast.contract.register_entries
    return {
        "household": lambda: scene.household.pk,
        "person": lambda: scene.household.people.get().pk,
        "case": lambda: scene.case.pk,
        "group": lambda: scene.group.pk,
        "entry": lambda: entries.get(kind=kind["registers"][0]).pk,
    }[kind["subject"]]()


def filled(kind, page, number):
    """What a worker enters: everything that the form asks."""
    shows = kind.get("shows", [])
    values = {"id": str(number), "version": "1", "day": "2024-06-03", "start": "09:00", "end": "11:30", "act": "submit"}
    values |= {"title": kind["label"], "narrative": "照常", "consent": "on"}
    values |= {name: "12" for name in ("participants", "quantity", "score") if name in shows}
    values |= {"workers": "2"} if "workers" in shows else {}
    values |= {"mode": kind["modes"][0][0]} if kind.get("modes") else {}
    for name in ("area", "team"):
        if name in page.context["form"].fields:
            values[name] = next(key for key, _word in flat(page.context["form"].fields[name].choices) if key)
    fields = [field for field in kind.get("fields", []) if not field.get("computed")]
    values["flags"] = [field["name"] for field in fields if field["type"] == BOOLEAN]
    for field in fields:
        if field["type"] != BOOLEAN:
            first = str(field["choices"][0][0]) if field["type"] == CHOICE else TYPED[field["type"]]
            values[f"fact_{field['name']}"] = first
    return values


def flat(choices):
    for key, word in choices:
        if isinstance(word, list | tuple):
            yield from word
        else:
            yield key, word


def papers(kind):
    """One picture for each paper that the kind knows, as many as it wants, no two alike."""
    wanted = [row["kind"] for row in kind.get("evidence", []) for _ in range(max(1, int(row.get("min", 0))))]
    uploads = [
        SimpleUploadedFile(
            f"{number}.jpg", picture(60, 40, colour=(number * 9 % 250, 90, len(kind["code"]))), "image/jpeg"
        )
        for number, _paper in enumerate(wanted)
    ]
    return {"photos": uploads, "photos_kind": wanted}


def address_of(scene, kind, number):
    """The address of a kind's form under an id, with a subject where the kind has one."""
    with scope.tenant(scene.cast.tenant.pk):
        chosen = f"&{kind['subject']}={subject_of(scene, kind)}" if kind["subject"] != "none" else ""
    return f"{url(scene, 'new_record')}?kind={kind['code']}{chosen}&id={number}"


def log(client, scene, kind):
    """Send the form of a kind; returns (the record's id, the answer)."""
    number = uuid7()
    address = address_of(scene, kind, number)
    page = client.get(address)
    assert page.status_code == 200, kind["code"]
    return number, client.post(address, filled(kind, page, number) | papers(kind))


def test_every_kind_of_the_contract_is_logged_verified_and_counted(lot, sign_in):
    scene, kinds = lot
    client, numbers = sign_in(scene.cast.social_worker), {}
    for kind in kinds:
        numbers[kind["code"]], answer = log(client, scene, kind)
        assert answer.status_code == 302, (
            kind["code"],
            [str(error) for error in answer.context["form"].errors.values()],
        )
    checker = sign_in(scene.cast.quality_control)
    for code, number in numbers.items():
        assert checker.post(url(scene, "verify_record", pk=number)).status_code == 302, code
    with scope.tenant(scene.cast.tenant.pk):
        assert set(ServiceRecord.objects.values_list("state", flat=True)) == {"verified"}
        table = measure_contract(scene.cast.contract, on=date(2024, 6, 5))
        assert {row.indicator.title: row.value for row in table.rows} == {kind["label"]: 1 for kind in kinds}
        held = {record.kind: record for record in ServiceRecord.objects.all()}
        for kind in kinds:
            named = {field["name"] for field in kind.get("fields", []) if not field.get("computed")}
            assert named <= set(held[kind["code"]].facts), kind["code"]
            asked = {row["kind"] for row in kind.get("evidence", [])}
            assert asked <= set(RecordEvidence.objects.filter(record=held[kind["code"]]).values_list("kind", flat=True))


def test_the_form_of_every_kind_is_refused_empty_with_what_it_lacks(lot, sign_in):
    scene, kinds = lot
    client = sign_in(scene.cast.social_worker)
    for kind in kinds:
        has_required = any(field.get("required") for field in kind.get("fields", []))
        if kind["subject"] != "none" and not has_required:
            continue
        number = uuid7()
        values = {
            "id": str(number),
            "version": "1",
            "day": "2024-06-03",
            "start": "09:00",
            "end": "11:30",
            "act": "submit",
        }
        answer = client.post(address_of(scene, kind, number), values)
        assert (answer.status_code, "未填" in text(answer)) == (422, True), kind["code"]
