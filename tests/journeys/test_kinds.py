"""A new kind of activity from the administrator's screen to the month's report, without a developer."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from contracts.models import Label
from documents.actions.snapshots import freeze
from services.actions import indicators, kinds, reports
from services.indicators.measure import measure_contract
from services.models import ActivityKind, ServiceRecord
from services.reporting.figures import collect
from services.reporting.sheets import workbook
from tenancy import clock, scope
from tests.cast import at
from tests.journeys.test_record_phone import photo
from tests.services.scene import make_scene

NOW, NEXT_MONTH = at("2024-06-05 09:58"), at("2024-07-03 09:00")


@pytest.fixture
def scene(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with scope.tenant(cast.tenant.pk):
        Label.objects.create(family="paper", code="photo", label="照片")
        return make_scene(cast)


def add_field(desk, label, code, kind):
    """Press 加字段, describe the field in the row that has the focus, and wait until the form knows its type."""
    number = desk.locator(".kd-field").count()
    desk.get_by_role("button", name="加字段").click()
    row = desk.locator(".kd-field").nth(number)
    expect(row.get_by_role("textbox", name="名称", exact=True)).to_be_focused()
    row.get_by_role("textbox", name="名称", exact=True).fill(label)
    row.get_by_role("textbox", name="代号", exact=True).first.fill(code)
    row.get_by_label("类型").select_option(label=kind)
    expect(row.get_by_role("button", name=f"去掉{label}", exact=True)).to_be_visible()
    return desk.locator(".kd-field").nth(number)


def add_choice(row, label, code):
    number = row.locator(".kd-tight > li").count()
    row.get_by_role("button", name="加选项").click()
    line = row.locator(".kd-tight > li").nth(number)
    expect(line.get_by_role("textbox", name="选项")).to_be_focused()
    line.get_by_role("textbox", name="选项").fill(label)
    line.get_by_role("textbox", name="代号").fill(code)


def set_up_hotline(desk):
    desk.get_by_role("link", name="新建类型").click()
    desk.get_by_label("名称", exact=True).first.fill("心理热线")
    desk.get_by_label("代号", exact=True).first.fill("hotline")
    topic = add_field(desk, "来电类型", "topic", "选项")
    for label, code in (("情绪", "mood"), ("家庭", "family"), ("危机", "crisis")):
        add_choice(topic, label, code)
    add_field(desk, "来电前评分", "before", "数字")
    add_field(desk, "来电后评分", "after", "数字")
    fall = add_field(desk, "评分下降", "score_fall", "计算")
    fall.get_by_label("算法").select_option(label="下降百分比")
    fall.get_by_label("甲（被除数、前测）").select_option(label="来电前评分")
    fall.get_by_label("乙（除数、后测）").select_option(label="来电后评分")


def test_a_new_kind_is_at_once_loggable_countable_and_reportable(scene, hand, live_server, monkeypatch):
    cast, root = scene.cast, f"{live_server.url}/{scene.cast.tenant.slug}/services"
    desk = hand(cast.system_admin, 1440, 900)
    desk.goto(f"{root}/kinds/")
    set_up_hotline(desk)
    preview = desk.locator("#kind-preview")
    expect(preview.get_by_text("心理热线")).to_be_visible()
    expect(preview.get_by_text("危机")).to_be_visible()
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("已保存活动类型 心理热线")).to_be_visible()
    assert desk.complaints == []

    log_a_call(hand(cast.social_worker), root)
    verify_it(hand(cast.quality_control, 1440, 900), root)

    with scope.tenant(cast.tenant.pk):
        record = ServiceRecord.objects.get()
        facts = {"topic": "crisis", "before": 40, "after": 26, "score_fall": 35}
        assert (record.kind, record.state, record.facts) == ("hotline", "verified", facts)
        definitions = [
            {"id": "H1", "zh": "危机来电情绪缓解", "of": "record.hotline", "where": {"topic": "crisis"}, "gate": {"score_fall": {"ge": 30}}, "target": {"ge": 1}, "unit": "次"},
        ]  # fmt: skip
        row = indicators.save_indicators(cast.contract, definitions, by=None, at=NOW)[0]
        assert [word for word in ("心理热线", "危机", "评分下降") if word not in row.sentence] == []
        assert measure_contract(cast.contract, on=NOW.date()).by_code["H1"].value == 1
        monkeypatch.setattr(clock, "now", lambda: NEXT_MONTH)
        report = reports.draft_report(cast.contract, date(2024, 6, 1), by=None, at=NEXT_MONTH)
        figures = collect(report)
        assert [(row["label"], row["number"]) for row in figures["activities"]] == [("心理热线", 1)]
        told = {"texts": dict.fromkeys(("problems", "highlight", "next_month"), ""), "round": 1, "photos": []}
        frozen = freeze("services.monthly_report", figures | told, by=cast.agency_manager, at=NEXT_MONTH)
    told = load_workbook(io.BytesIO(workbook(frozen)))
    named = lambda sheet: [row[1:] for row in told[sheet].iter_rows(values_only=True) if row[0] == "心理热线"]  # noqa: E731
    assert [row[0] for row in named("本月服务")] == [1]
    assert named("本月专用字段") == [
        ("来电类型", "危机", 1, None, None),
        ("来电前评分", None, 1, 40, 40),
        ("来电后评分", None, 1, 26, 26),
        ("评分下降", None, 1, None, 35),
    ]
    page = hand(cast.agency_manager, 1440, 900)
    page.goto(f"{root}/reports/{report.pk}/")
    expect(page.get_by_text("本月经核验的服务：心理热线")).to_be_visible()


def log_a_call(phone, root):
    phone.goto(f"{root}/records/new/")
    phone.get_by_role("link", name="心理热线").click()
    phone.get_by_label("名称").fill("周一夜间来电")
    phone.get_by_label("社区（村）").select_option(label="柳林一社区")
    phone.get_by_role("radio", name="危机").check()
    phone.get_by_label("来电前评分").fill("40")
    phone.get_by_label("来电后评分").fill("26")
    expect(phone.get_by_text("评分下降 = （来电前评分 − 来电后评分）÷ 来电前评分 × 100，自动算出")).to_be_visible()
    phone.locator("[data-photo-input=photo]").set_input_files(photo())
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(1)
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("已提交质控：周一夜间来电　心理热线")).to_be_visible()
    assert phone.complaints == []


def verify_it(desk, root):
    desk.goto(f"{root}/records/waiting/")
    desk.get_by_role("link", name="周一夜间来电").click()
    expect(desk.get_by_text("评分下降")).to_be_visible()
    desk.get_by_role("button", name="核验").click()
    expect(desk.get_by_text("已核验 江一帆 的周一夜间来电")).to_be_visible()


def test_rows_are_moved_with_the_keyboard_and_the_focus_goes_along(scene, hand, live_server):
    cast = scene.cast
    with scope.tenant(cast.tenant.pk):
        kind = ActivityKind.objects.get(code="event")
    desk = hand(cast.system_admin, 1440, 900)
    desk.goto(f"{live_server.url}/{cast.tenant.slug}/services/kinds/{kind.pk}/")
    names = lambda: [desk.locator(f"#id_fields-{number}-name").input_value() for number in (0, 1)]  # noqa: E731
    assert names() == ["topic", "cost"]
    desk.get_by_role("button", name="上移费用").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="下移费用")).to_be_focused()
    assert names() == ["cost", "topic"]
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="上移费用")).to_be_focused()
    assert names() == ["topic", "cost"]
    desk.get_by_role("button", name="去掉费用").click()
    expect(desk.locator(".kd-field")).to_have_count(1)
    desk.get_by_role("button", name="保存").click()
    with scope.tenant(cast.tenant.pk):
        assert [row["name"] for row in ActivityKind.objects.get(code="event").fields] == ["topic"]
    assert desk.complaints == []


def test_what_is_typed_while_the_form_is_on_its_way_is_kept(scene, hand, live_server):
    desk = hand(scene.cast.system_admin, 1440, 900)
    desk.goto(f"{live_server.url}/{scene.cast.tenant.slug}/services/kinds/new/")
    add_field(desk, "来电前评分", "before", "数字")
    row = add_field(desk, "评分下降", "score_fall", "计算")
    held = []
    desk.route("**/kinds/new/", lambda route: held.append(route))
    row.get_by_label("算法").select_option(label="下降百分比")
    row.get_by_label("甲（被除数、前测）").select_option(label="来电前评分")
    desk.get_by_label("名称", exact=True).first.fill("心理热线")
    desk.get_by_role("checkbox", name="参加人数").check()
    while not held:
        desk.wait_for_timeout(50)
    with desk.expect_response("**/kinds/new/"):
        held[0].continue_()
    expect(desk.locator("#id_fields-1-first")).to_have_value("before")
    expect(desk.locator("#id_fields-1-formula")).to_have_value("fall")
    expect(desk.get_by_label("名称", exact=True).first).to_have_value("心理热线")
    expect(desk.get_by_role("checkbox", name="参加人数")).to_be_checked()


def test_what_is_wrong_is_told_at_its_place_and_what_was_typed_is_kept(scene, hand, live_server):
    cast = scene.cast
    desk = hand(cast.system_admin, 1440, 900)
    desk.goto(f"{live_server.url}/{cast.tenant.slug}/services/kinds/new/")
    desk.get_by_label("名称", exact=True).first.fill("心理热线")
    row = add_field(desk, "来电类型", "Topic 1", "选项")
    add_choice(row, "情绪", "")
    desk.get_by_role("button", name="保存").click()
    expect(desk.locator("[data-errors]")).to_be_focused()
    wrong = desk.locator("[aria-invalid=true]")
    assert [wrong.nth(number).get_attribute("id") for number in range(wrong.count())] == [
        "id_code",
        "id_fields-0-name",
        "id_fields-0-choices-0-code",
    ]
    expect(desk.locator("#id_fields-0-label")).to_have_value("来电类型")
    with scope.tenant(cast.tenant.pk):
        assert not ActivityKind.objects.filter(label="心理热线").exists()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["kinds/", "kinds/new/", "kind", "words/?family=paper"])
def test_axe_finds_nothing_and_nothing_sticks_out(scene, hand, live_server, path, width):
    from axe_playwright_python.sync_playwright import Axe

    cast = scene.cast
    with scope.tenant(cast.tenant.pk):
        fields = [
            {"name": "level", "label": "级别", "type": "choice", "choices": [["low", "区级"], ["high", "市级"]]},
            {"name": "income", "label": "年收入", "type": "number"},
            {"name": "mu", "label": "亩数", "type": "number"},
            {"name": "per_mu", "label": "亩均收入", "type": "number", "computed": {"per": ["income", "mu"]}},
            {"name": "filled", "label": "已填", "type": "number", "computed": {"count_given": ["income", "mu"]}},
        ]
        kind = kinds.save_kind(
            code="plot",
            label="亩均收入核查",
            modes=[["home", "入户"], ["phone", "电话", False]],
            shows=["mode", "direct", "team"],
            fields=fields,
            by=None,
            at=NOW,
        )
    page = hand(cast.system_admin, width, 900)
    page.goto(f"{live_server.url}/{cast.tenant.slug}/services/{f'kinds/{kind.pk}/' if path == 'kind' else path}")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []
