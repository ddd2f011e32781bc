"""What an indicator wants judged of a whole case or group is judged by quality control, and counts from then on."""

import pytest

from contracts.models import Label
from services.actions import findings
from services.indicators.measure import measure_contract
from services.models import Indicator
from tenancy import scope
from tenancy.clock import today
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]

ASKED = [
    ("C1", {"of": "case.casework", "gate": {"standard_record": True}, "target": {"ge": 1}}),
    ("G1", {"of": "group", "gate": {"standard_record": True, "sessions_kept": {"ge": 3}}, "target": {"ge": 1}}),
]


@pytest.fixture
def asked(scene, inside):
    """The scene under a contract that wants cases and groups judged."""

    def arrange():
        Label.objects.create(family="fact", code="standard_record", label="记录清晰、完整、规范")
        for sort, (code, definition) in enumerate(ASKED):
            Indicator.objects.create(
                contract=scene.cast.contract, code=code, title=code, definition=definition, sentence="", sort=sort
            )

    inside(arrange)
    return scene


def values(scene):
    with scope.tenant(scene.cast.tenant.pk):
        table = measure_contract(scene.cast.contract, on=today())
        return {code: str(table.by_code[code].value) for code, _definition in ASKED}


def test_a_case_is_shown_unjudged_judged_by_quality_control_and_counts(asked, sign_in):
    client = sign_in(asked.cast.quality_control)
    shown, form = url(asked, "case_findings", pk=asked.case.pk), url(asked, "judge_case", pk=asked.case.pk)
    before = text(client.get(shown))
    assert ("记录清晰、完整、规范" in before, "未核定" in before, form in before) == (True, True, True)
    assert values(asked)["C1"] == "0"
    answer = client.post(form, {"fact_standard_record": "true"})
    assert (answer.status_code, answer.url.endswith(f"/cases/{asked.case.pk}/")) == (302, True)
    assert "<dd>是</dd>" in text(client.get(shown))
    assert values(asked)["C1"] == "1"
    with scope.tenant(asked.cast.tenant.pk):
        event = AuditEvent.objects.get(action="case.findings")
        assert (event.membership_id, event.detail["facts"]) == (asked.cast.quality_control.pk, ["standard_record"])


def test_a_finding_is_taken_back_by_leaving_it_open(asked, inside, sign_in):
    client, form = sign_in(asked.cast.quality_control), url(asked, "judge_group", pk=asked.group.pk)
    client.post(form, {"fact_standard_record": "true", "fact_sessions_kept": "3"})
    assert values(asked)["G1"] == "1"
    assert 'value="3"' in text(client.get(form))
    client.post(form, {"fact_standard_record": "", "fact_sessions_kept": "3"})
    inside(asked.group.refresh_from_db)
    assert (asked.group.facts, values(asked)["G1"]) == ({"sessions_kept": 3}, "0")


def test_what_has_the_wrong_shape_is_told_at_its_field(asked, sign_in):
    client = sign_in(asked.cast.quality_control)
    answer = client.post(url(asked, "judge_group", pk=asked.group.pk), {"fact_sessions_kept": "三"})
    assert (answer.status_code, values(asked)["G1"]) == (422, "0")


@pytest.mark.parametrize("role", ["social_worker", "contract_manager"])
def test_nobody_else_judges(asked, sign_in, role):
    client = sign_in(asked.cast.members[role])
    form = url(asked, "judge_case", pk=asked.case.pk)
    assert form not in text(client.get(url(asked, "case_findings", pk=asked.case.pk)))
    assert client.post(form, {"fact_standard_record": "true"}).status_code == 403


def test_ones_own_case_is_judged_by_somebody_else(asked, inside):
    def own():
        asked.case.worker = asked.cast.quality_control
        asked.case.save(update_fields=["worker"])
        with pytest.raises(Refused, match="不能核定自己负责的"):
            findings.judge_file(
                asked.case, facts={"standard_record": True}, by=asked.cast.quality_control, at=at("2024-06-05 09:00")
            )

    inside(own)


def test_a_draft_is_not_judged(asked, inside):
    def draft():
        asked.case.state, asked.case.opened_on, asked.case.approvals = "draft", None, []
        asked.case.save(update_fields=["state", "opened_on", "approvals"])
        with pytest.raises(Refused, match="还没有接案"):
            findings.judge_file(
                asked.case, facts={"standard_record": True}, by=asked.cast.quality_control, at=at("2024-06-05 09:00")
            )

    inside(draft)


def test_a_contract_that_asks_for_nothing_shows_nothing(scene, sign_in):
    client = sign_in(scene.cast.quality_control)
    assert text(client.get(url(scene, "case_findings", pk=scene.case.pk))).strip() == ""
    assert client.get(url(scene, "judge_case", pk=scene.case.pk)).status_code == 404
