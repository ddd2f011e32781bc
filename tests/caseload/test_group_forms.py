"""The forms of a group: kept as drafts, filed whole, printed for those who serve."""

import io
import json
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from caseload.actions import group_papers as actions
from caseload.models import Group, GroupPaper
from caseload.rules import group_forms as rules
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at

NOW = at("2024-06-03 10:00")
DAY = date(2024, 6, 3)


def answered(kind, text="同伴之间互相支持"):
    form = rules.FORMS[kind]
    return {field.name: field.choices[0] if field.choices else text for field in form.fields}


@pytest.fixture
def group(act):
    place = {"area": act.communities["柳林一社区"], "street": act.streets["柳林街道"]}
    known = {"contract": act.contract, "leader": act.social_worker, "members": 8, "created_at": at()}
    return Group.objects.create(title="同心圆", purpose="支持", state="planned", **known, **place)


@pytest.mark.parametrize(
    ("kind", "state", "may"),
    [("plan", "planned", True), ("summary", "planned", False), ("summary", "open", True), ("summary", "closed", True), ("plan", "withdrawn", False)],
)  # fmt: skip
def test_which_form_may_be_filed_when(kind, state, may):
    assert rules.may_file(kind, state) is may


def test_a_plan_is_refused_with_everything_that_is_missing_and_then_filed_once_whole(act, group):
    with pytest.raises(Refused) as refused:
        actions.file_group_form(group, "plan", answers={"aims": "互相支持"}, on=DAY, by=act.social_worker, at=NOW)
    assert refused.value.problems == ["未填：背景和需求、组员是否固定、组员条件和招募方式、节数和频次、地点、每节安排、人员分工、可能的困难和对策、评估方法"]  # fmt: skip
    assert GroupPaper.objects.count() == 0
    actions.keep_group_draft(group, "plan", answers={"aims": "互相支持"}, on=DAY, by=act.social_worker, at=NOW)
    paper = actions.file_group_form(group, "plan", answers=answered("plan"), on=DAY, by=act.social_worker, at=NOW)
    group.refresh_from_db()
    assert (group.papers, GroupPaper.objects.get().pk) == (["plan"], paper.pk)
    assert json.loads(paper.data.reveal()) == answered("plan")
    kept = AuditEvent.objects.filter(action__startswith="group.").order_by("seq")
    assert list(kept.values_list("action", flat=True)) == ["group.draft_kept", "group.form_filed"]


def test_a_summary_waits_for_the_first_session_and_another_agency_files_nothing(act, group):
    with pytest.raises(Refused, match="开始活动后"):
        actions.file_group_form(group, "summary", answers=answered("summary"), on=DAY, by=act.social_worker, at=NOW)
    with pytest.raises(Refused):
        actions.file_group_form(group, "plan", answers=answered("plan"), on=DAY, by=act.rivals["social_worker"], at=NOW)


def test_a_draft_counts_for_nothing_and_comes_back_in_the_form(act, group, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    worker, where = sign_in(act.social_worker), {"tenant": act.tenant.slug, "pk": group.pk}
    address = reverse("caseload:group_form", kwargs=where) + "?kind=plan"
    assert worker.post(address, {"on": "2024-06-03", "aims": "一起做饭", "draft": "1"}).status_code == 302
    assert "一起做饭" in worker.get(address).content.decode()
    with scope.tenant(act.tenant.pk):
        assert Group.objects.get(pk=group.pk).papers == []
    shown = worker.post(address, {"on": "2024-06-03", "aims": "一起做饭"})
    assert (shown.status_code, len(shown.context["form"].errors)) == (422, 9)


def test_the_printed_plan_holds_every_answer_and_opens_for_the_agency_only(act, group, sign_in):
    words = {name: f"{text}{number}" if text.startswith("同伴") else text for number, (name, text) in enumerate(answered("plan").items())}  # fmt: skip
    paper = actions.file_group_form(group, "plan", answers=words, on=DAY, by=act.social_worker, at=NOW)
    address = reverse("caseload:print_group_paper", kwargs={"tenant": act.tenant.slug, "pk": paper.pk})
    printed = sign_in(act.quality_control).post(address)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages).replace("\n", "")
    assert [word for word in words.values() if word not in text] == []
    assert sign_in(act.contract_manager).post(address).status_code == 404
