"""The household's pages: what they lay out and for whom, what comes of their forms, papers as PDF, a list that stays cheap."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from caseload.actions import belonging, people
from caseload.models import Category, Household, HouseholdPaper, LedgerChange
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import make_household
from tests.caseload.everything import NAME, address
from tests.caseload.people import id_number
from tests.cast import at

SURVEY = {
    "on": "2024-06-03", "mode": "入户", "informant": "户主", "income_from": "保障金", "housing": "自有", "benefits": "低保金", "situation": "患病",
    "services": "心理关怀", "needs": "就医", "advice": "陪同",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-03 10:00"))


@pytest.fixture
def worker(file, sign_in):
    return sign_in(file["cast"].social_worker)


def form_of(file, kind):
    return f"{address(file, 'household_form')}?kind={kind}"


def text_of(content):
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def inside(file):
    return scope.tenant(file["cast"].tenant.pk)


def test_what_the_ledger_holds_is_laid_out_by_post_only_and_remembered(file, worker):
    with inside(file):
        cast = file["cast"]
        people.set_person_details(file["person"], details={"employment": "退休在家"}, by=cast.social_worker, at=at())
    shown = worker.get(form_of(file, "needs_survey")).content.decode()
    held = ">\n就业<" in shown, "退休在家" in shown
    assert (held, "带入已登记的内容" in shown, "已登记，留空则不改" in shown) == ((False, False), True, True)
    with inside(file):
        assert not AuditEvent.objects.filter(action="household.form_opened").exists()
    opened = worker.post(form_of(file, "needs_survey"), {"open": "1"})
    text = opened.content.decode()
    assert (opened.status_code, ">\n就业<" in text, "退休在家" in text) == (200, True, True)
    assert "no-store" in opened["Cache-Control"]
    with inside(file):
        event = AuditEvent.objects.get(action="household.form_opened")
        assert (event.fields_seen, event.detail) == (["household.details", "person.details"], {"kind": "needs_survey"})


def test_a_survey_is_kept_as_a_draft_refused_with_everything_and_filed(file, worker):
    person = file["person"].pk
    assert worker.post(form_of(file, "needs_survey"), {"on": "2024-06-03", "needs": "就医", "draft": "1"}).status_code == 302  # fmt: skip
    assert "就医" in worker.get(form_of(file, "needs_survey")).content.decode()
    refused = worker.post(form_of(file, "needs_survey"), {"on": "2024-06-03", "mode": "入户"})
    text = refused.content.decode()
    assert (refused.status_code, "白**（户主）未填：就业状况、受教育程度、健康状况" in text) == (422, True)
    lines = {f"m-{person}-employment": "退休", f"m-{person}-education": "初中", f"m-{person}-health": "良好"}
    filed = worker.post(form_of(file, "needs_survey"), SURVEY | lines)
    assert filed.status_code == 302
    page = worker.get(filed["Location"]).content.decode()
    assert ("帮扶工作方案</a>" in page, "江一帆" in page, "草稿，" in page) == (True, True, False)
    with inside(file):
        assert HouseholdPaper.objects.filter(kind="needs_survey", is_draft=True).count() == 0
        assert Household.objects.get().items_filled == Household.objects.get().items_asked - 1


def test_a_plan_and_a_change_come_from_their_pages(file, worker):
    person = file["person"].pk
    measure = {"need": "就医", "goal": "复诊", "measure": "陪同", "responsible": "周砚秋", "until": "2024-09-30"}
    lines = {"l-TOTAL_FORMS": "2", "l-INITIAL_FORMS": "2", "l-0-who": "", "l-1-who": str(person)}
    lines |= {f"l-{number}-{name}": text for number in (0, 1) for name, text in measure.items()}
    plan = {"on": "2024-06-03", "aim": "稳定", "revisits": "每月一次"} | lines
    assert worker.post(form_of(file, "assistance_plan"), plan).status_code == 302
    again = worker.post(form_of(file, "assistance_plan"), {"open": "1"}).content.decode()
    assert ('value="周砚秋"' in again, "调整原因" in again) == (True, True)
    change = {
        "on": "2024-06-03", "reporter": "本人", "reason": "住院", "l-TOTAL_FORMS": "1", "l-INITIAL_FORMS": "0", "l-0-item": f"{person}:phone",
        "l-0-new": "13700002222", "l-0-evidence": "本人告知",
    }  # fmt: skip
    assert worker.post(form_of(file, "change_form"), change).status_code == 302
    with inside(file):
        made = LedgerChange.objects.get(item="phone")
        assert (made.old.reveal(), made.new.reveal()) == ("13800000001", "13700002222")
    page = worker.get(address(file, "household")).content.decode()
    assert ("变更登记表" in page, "13700002222" in page) == (True, False)
    shown = worker.post(reverse("caseload:reveal_change", kwargs={"tenant": file["cast"].tenant.slug, "pk": made.pk}), {"field": "change", "purpose": "入户前核对"})  # fmt: skip
    assert "13800000001 → 13700002222" in shown.content.decode()


def test_members_carers_and_categories_are_entered_and_ended_on_pages(file, worker):
    known = {"relation": "户主", "health": "良好", "disability_type": "肢体"}
    assert worker.post(address(file, "edit_person"), known).status_code == 302
    carer = {"role": "carer", "name": "方竹青", "phone": "13900001111", "relation": "邻居", "from_day": "2024-06-03"}
    assert worker.post(address(file, "add_carer"), carer).status_code == 302
    assert worker.post(address(file, "end_carer"), {"to_day": "2024-06-03"}).status_code == 302
    assert worker.post(address(file, "end_category"), {"to_day": "2024-06-03"}).status_code == 302
    page = worker.get(address(file, "household")).content.decode()
    assert ("健康状况、残疾类型" in page, "方**" in page, "方竹青" in page, "今日截止" in page) == (
        True,
        True,
        False,
        True,
    )
    shown = worker.post(address(file, "reveal_carer"), {"field": "phone", "purpose": "联系监护人"})
    assert "选用途再查看" in shown.content.decode()
    shown = worker.post(address(file, "reveal_carer"), {"field": "phone", "purpose": "联系本人或家属"})
    assert "13900000002" in shown.content.decode()


def test_a_filed_form_is_printed_whole_and_a_childs_words_stay_covered(file, sign_in, worker):
    cast, person = file["cast"], file["person"]
    with inside(file):
        household = file["household"]
        child = household.people.create(
            name="白小满",
            relation="女儿",
            birth_date=date(2015, 1, 2),
            created_at=at(),
            name_index="x",
            surname_index="x",
        )
    lines = {f"m-{person.pk}-employment": "退休", f"m-{person.pk}-education": "初中", f"m-{person.pk}-health": "高血压"}
    lines |= {f"m-{child.pk}-schooling": "小学三年级", f"m-{child.pk}-health": "哮喘"}
    assert worker.post(form_of(file, "needs_survey"), SURVEY | lines).status_code == 302
    with inside(file):
        paper = HouseholdPaper.objects.filter(kind="needs_survey").last()
    url = reverse("caseload:print_household_paper", kwargs={"tenant": cast.tenant.slug, "pk": paper.pk})
    own = text_of(worker.post(url).content)
    assert [word in own for word in (NAME, "白小满", "哮喘", "高血压", "陪同", "受访人", "柳林一社区3号楼")] == [
        True
    ] * 7
    colleague = text_of(sign_in(cast.agency_manager).post(url).content)
    assert [word in colleague for word in (NAME, "高血压", "白小满", "哮喘")] == [True, True, False, False]
    with inside(file):
        assert AuditEvent.objects.filter(action="household.file_printed").count() == 2
    assert sign_in(cast.section_chief).post(url).status_code == 403


def test_incomplete_and_ending_files_are_found_on_the_list(file, worker):
    cast = file["cast"]
    with inside(file):
        other = make_household(cast, name="何木兰", moment="2024-05-07 09:00")
        Household.objects.filter(pk=file["household"].pk).update(items_asked=7, items_filled=7)
        severe = Category.objects.get(code="disabled_severe")
        day = {"from_day": date(2024, 5, 7), "to_day": date(2024, 6, 10)}
        belonging.set_category(other, severe, by=cast.social_worker, at=at(), **day)
        Household.objects.filter(pk=other.pk).update(items_asked=9, items_filled=2)
    url = address(file, "households")
    text = worker.get(url).content.decode()
    assert ("1 户档案不完整" in text, "1 户类别即将截止" in text, "2 / 9" in text) == (True, True, True)
    for query, found in (("no", (False, True)), ("yes", (True, False)), ("ending", (False, True))):
        text = worker.get(url, {"complete": query}).content.decode()
        assert ("H-0001<" in text, "H-0002<" in text) == found, query


def test_the_page_and_the_list_cost_the_same_however_much_they_hold(file, worker):
    cast = file["cast"]

    def cost(url):
        worker.get(url)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert worker.get(url).status_code == 200
        return len(counted)

    before = cost(address(file, "household")), cost(address(file, "households"))
    with inside(file):
        household = file["household"]
        for number in (1, 2, 3):
            child = household.people.create(name="白小满", relation="女儿", birth_date=date(2015, 1, number), created_at=at(), name_index="x", surname_index="x")  # fmt: skip
            people.add_carer(child, role="guardian", member=file["person"], relation="母亲", from_day=date(2024, 5, 6), by=cast.social_worker, at=at())  # fmt: skip
            category = Category.objects.all()[5 + number]
            belonging.set_category(household, category, person=child, from_day=date(2024, 5, 6), by=cast.social_worker, at=at())  # fmt: skip
            LedgerChange.objects.create(household=household, person=child, item="health", old="好", new="差", reported_on=date(2024, 5, 6), at=at())  # fmt: skip
            HouseholdPaper.objects.create(household=household, kind="assistance_plan", data="{}", filled_on=date(2024, 5, 6), created_at=at())  # fmt: skip
            make_household(cast, name=f"何木兰{number}", id_number=id_number(serial=200 + number))
    assert (cost(address(file, "household")), cost(address(file, "households"))) == before


def test_only_the_administrator_sets_up_categories(file, sign_in):
    cast = file["cast"]
    slug = {"tenant": cast.tenant.slug}
    with inside(file):
        pk = Category.objects.get(code="other").pk
    pages = [reverse("caseload:categories", kwargs=slug), reverse("caseload:new_category", kwargs=slug), reverse("caseload:category", kwargs=slug | {"pk": pk})]  # fmt: skip
    admin = sign_in(cast.system_admin)
    assert [admin.get(page).status_code for page in pages] == [200, 200, 200]
    sent = {"label": "其他困难群众", "group": "其他", "required_fields": ["needs", "situation"], "counts_as": ""}
    assert admin.post(pages[2], sent).status_code == 302
    assert admin.post(reverse("caseload:retire_category", kwargs=slug | {"pk": pk}), {"active": "0"}).status_code == 302
    assert admin.post(reverse("caseload:move_category", kwargs=slug | {"pk": pk}), {"to": "up"}).status_code == 302
    with inside(file):
        changed = Category.objects.get(pk=pk)
        assert (changed.required_fields, changed.is_active, changed.group) == (["needs", "situation"], False, "其他")
    wrong = admin.post(pages[1], sent | {"code": "9X"})
    assert (wrong.status_code, "用小写字母开头" in wrong.content.decode()) == (422, True)
    for role in ("social_worker", "contract_manager", "auditor"):
        client = sign_in(cast.members[role])
        assert [client.get(page).status_code for page in pages] == [403, 403, 403], role
