"""Kinds whose subject stands on a register: a point, an organisation, a resident; and contracts without areas."""

from datetime import date

import pytest
from uuid6 import uuid7

from caseload.actions.registers import put_on_register
from contracts.models import Label
from services.actions import kinds
from services.models import ServiceRecord
from tenancy import scope
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]

VISIT = {"code": "point_visit", "label": "救助点走访", "subject": "entry", "registers": ["rescue_point"]}
TRAINING = {
    "code": "leader_training",
    "label": "负责人培训",
    "subject": "household",
    "shows": ["team"],
    "registers": ["incubated_org"],
}


@pytest.fixture
def point(scene, inside):
    """A rescue point on its register, and the kind of activity that is done there."""

    def make():
        Label.objects.create(family="register", code="rescue_point", label="街道救助点")
        Label.objects.create(family="register", code="incubated_org", label="孵化组织")
        for kind in (VISIT, TRAINING):
            kinds.save_kind(**kind, by=None, at=at())
        return enter(scene, "rescue_point", "柳林救助点", area=scene.cast.communities["柳林一社区"])

    return inside(make)


def enter(scene, register, label, area=None, from_day=date(2024, 1, 2)):
    return put_on_register(
        contract=scene.cast.contract,
        kind=register,
        label=label,
        area=area,
        from_day=from_day,
        by=scene.cast.social_worker,
        at=at(),
    )


def send(client, scene, kind, entry=None, **more):
    number = uuid7()
    chosen = f"&entry={entry.pk}" if entry else ""
    address = f"{url(scene, 'new_record')}?kind={kind}{chosen}&id={number}"
    values = {"id": str(number), "version": "1", "day": "2024-06-03", "start": "09:00", "end": "11:00", "act": "submit"}
    return number, client.post(address, {**values, **more})


def test_a_visit_to_a_point_chooses_among_the_registers_entries_and_takes_the_points_place(scene, point, sign_in):
    client = sign_in(scene.cast.social_worker)
    page = text(client.get(url(scene, "new_record"), {"kind": "point_visit"}))
    assert ("街道救助点" in page, "柳林救助点" in page) == (True, True)
    number, answer = send(client, scene, "point_visit", point)
    assert answer.status_code == 302
    with scope.tenant(scene.cast.tenant.pk):
        record = ServiceRecord.objects.get(pk=number)
        assert (record.state, record.team, record.area, record.title) == ("submitted", point, point.area, "柳林救助点")


def test_a_point_is_found_by_a_part_of_its_name(scene, point, sign_in):
    client = sign_in(scene.cast.social_worker)
    for q, found in (("救助", True), ("桥西", False)):
        assert (str(point.pk) in text(client.get(url(scene, "new_record"), {"kind": "point_visit", "q": q}))) == found


def test_an_entry_of_another_register_is_no_subject(scene, point, inside, sign_in):
    other = inside(lambda: enter(scene, "incubated_org", "青禾志愿队"))
    _number, answer = send(sign_in(scene.cast.social_worker), scene, "point_visit", other)
    assert answer.status_code == 404


def test_a_day_before_the_point_was_listed_is_told(scene, point, inside, sign_in):
    late = inside(lambda: enter(scene, "rescue_point", "石桥救助点", from_day=date(2024, 6, 4)))
    _number, answer = send(sign_in(scene.cast.social_worker), scene, "point_visit", late, area=str(point.area_id))
    assert (answer.status_code, "石桥救助点在 2024-06-03 不在册" in text(answer)) == (422, True)


def test_a_point_without_a_place_asks_for_one(scene, point, inside, sign_in):
    bare = inside(lambda: enter(scene, "rescue_point", "流动救助点"))
    _number, answer = send(sign_in(scene.cast.social_worker), scene, "point_visit", bare)
    assert (answer.status_code, "未选社区（村）" in text(answer)) == (422, True)


def test_a_kind_with_registers_names_the_organisation_beside_its_subject(scene, point, inside, sign_in):
    org = inside(lambda: enter(scene, "incubated_org", "青禾志愿队"))
    client, number = sign_in(scene.cast.social_worker), uuid7()
    address = f"{url(scene, 'new_record')}?kind=leader_training&household={scene.household.pk}&id={number}"
    values = {"id": str(number), "version": "1", "day": "2024-06-03", "start": "09:00", "end": "11:00", "act": "submit"}
    refused = client.post(address, values)
    assert (refused.status_code, "未选名册中的对象" in text(refused), "孵化组织" in text(refused)) == (422, True, True)
    assert client.post(address, {**values, "team": str(org.pk)}).status_code == 302
    with scope.tenant(scene.cast.tenant.pk):
        assert ServiceRecord.objects.get(pk=number).team == org


def test_a_contract_without_areas_asks_for_none(scene, inside, sign_in):
    def bare():
        scene.cast.contract.contractareas.all().delete()
        kinds.save_kind(code="media_report", label="媒体报道", by=None, at=at())

    inside(bare)
    number, answer = send(sign_in(scene.cast.social_worker), scene, "media_report", title="区报报道")
    assert answer.status_code == 302
    with scope.tenant(scene.cast.tenant.pk):
        record = ServiceRecord.objects.get(pk=number)
        assert (record.state, record.area) == ("submitted", None)


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ({"subject": "entry"}, "对象为名册时，须写明是哪些名册"),
        ({"registers": ["rescue_point"]}, "写了名册，对象须为名册，或显示“小组（队）”"),
    ],
)
def test_registers_and_subject_of_a_kind_fit_together(act, definition, told):
    from tenancy.problems import Refused

    with pytest.raises(Refused) as refusal:
        kinds.save_kind(code="visit", label="走访", by=None, at=at(), **definition)
    assert [str(problem) for problem in refusal.value.problems] == [told]
