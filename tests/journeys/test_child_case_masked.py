"""A child's case from the agency's file to the evaluator's desk: each reads what one may, and the page's source holds no more."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from caseload.actions import samples
from caseload.models import DisclosureRequest
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import set_up_ledger
from tests.caseload.test_samples import CHILD, MOTHER, make_child_case
from tests.cast import make_cast

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SECRET = [
    CHILD["name"], "小满", CHILD["id_number"], CHILD["phone"], MOTHER["name"], "欧阳", MOTHER["id_number"], MOTHER["phone"], "柳巷", "柳林一社区",
]  # fmt: skip


def leaks(page, values):
    """Those of the values that stand in the page's source or in what it shows."""
    source = page.content()
    return [value for value in values if value in source]


def test_a_childs_case_is_seen_without_the_child(live_server, hand, settings):
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        case = make_child_case(cast)
        number = case.household.number
        samples.draw_sample(
            cast.contract, organisation=cast.evaluator.organisation, purpose="末期评估", count=3, by=cast.contract_manager,
            at=clock.now(), from_day=clock.today(), to_day=clock.today() + timedelta(days=30),
        )  # fmt: skip
    # The evaluator opens the sample: the story is there, the child is not.
    page = hand(cast.evaluator, 1440, 900)
    page.goto(f"{live_server.url}/qinghe/caseload/samples/")
    assert leaks(page, [*SECRET, case.number]) == []
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("样本 01")
    expect(page.locator("main")).to_contain_text("【本人】不愿上学")
    assert leaks(page, [*SECRET, case.number, number, str(case.pk)]) == []
    # Quality control reads the case's words, not the child's number: it asks, the supervisor agrees, it looks once.
    page = hand(cast.quality_control, 1440, 900)
    page.goto(f"{live_server.url}/qinghe/caseload/households/{case.household_id}/")
    assert leaks(page, [CHILD["name"], CHILD["id_number"], CHILD["phone"], "柳巷"]) == []
    page.locator(f'a[href="/qinghe/caseload/people/{case.person_id}/ask/?field=id_number"]').click()
    page.get_by_label("理由").fill("学校要核对学籍，须报证件号码")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("待批")
    page = hand(cast.supervisor)
    page.goto(f"{live_server.url}/qinghe/caseload/disclosures/inbox/")
    assert leaks(page, SECRET[:9]) == []
    page.get_by_role("link", name="何木兰").click()
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.locator("main")).to_contain_text("没有待批的申请")
    page = hand(cast.quality_control, 1440, 900)
    page.goto(f"{live_server.url}/qinghe/caseload/households/{case.household_id}/")
    page.locator(f'button[data-reveal$="/people/{case.person_id}/reveal/"][data-field="id_number"]').click()
    page.locator("#reveal").get_by_role("button", name="查看").click()
    expect(page.locator(f"#id_number-{case.person_id}")).to_contain_text(CHILD["id_number"])
    expect(page.locator(f"#id_number-{case.person_id}")).to_contain_text("何木兰")
    page.reload()
    assert leaks(page, [CHILD["id_number"]]) == []
    with scope.tenant(cast.tenant.pk):
        assert DisclosureRequest.objects.get().state == "used"
        acts = ("sample.opened", "disclosure.asked", "disclosure.approved", "person.revealed")
        kept = AuditEvent.objects.filter(action__in=acts).values_list("action", "account__name")
        assert list(kept) == list(zip(acts, ("程衡准", "何木兰", "叶归舟", "何木兰"), strict=True))
