"""The pages of setting up: what they show, that wrong input keeps what was typed, that two writers notice each other."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.setup import actions, queries
from config.setup.sections import known_sections
from config.setup.views.sections import Section
from contracts.models import Contract
from services.actions.indicators import save_indicator
from services.actions.readings import confirm_reading
from services.models import Confirmation, ServiceRecord
from tenancy import scope
from tests.cast import at
from tests.setup.conftest import EVENTS


def address(cast, name, query="", **values):
    return reverse(f"setup:{name}", kwargs={"tenant": cast.tenant.slug, **values}) + query


@pytest.fixture
def row(draft, act):
    return save_indicator(draft, EVENTS, version=0, by=act.contract_manager, at=at())


def reading_form(row=None, **changes):
    """What the form of a reading sends for EVENTS."""
    conditions = [("gate", "participants", "ge", "30"), ("gate", "participants", "le", "50"), ("gate", "", "ge", "")]
    data = {
        "id": "QH02-01", "zh": "社区活动", "force": "hard", "clause": "第五条", "clause_text": EVENTS["clause_text"], "of": "record", "kinds_record": ["event"], "count": "rows",
        "target_op": "ge", "target": "12", "unit": "场", "areas": "4", "papers": ["sign_in_sheet"], "each_present": "start", "version": row.version if row else 0,
        "cond-TOTAL_FORMS": len(conditions), "cond-INITIAL_FORMS": 0, "cond-MIN_NUM_FORMS": 0, "cond-MAX_NUM_FORMS": 40,
    }  # fmt: skip
    for number, condition in enumerate(conditions):
        data |= {
            f"cond-{number}-{name}": value
            for name, value in zip(("role", "field", "op", "value"), condition, strict=True)
        }
    return data | changes


def test_a_contract_begins_from_scratch_on_screen(act, sign_in):
    data = {
        "code": "QH07",
        "title": "老年服务",
        "short_title": "老年",
        "provider": str(act.provider.pk),
        "starts_on": "2024-01-02",
    }
    answer = sign_in(act.contract_manager).post(address(act, "blank"), data)
    contract = Contract.objects.get(code="QH07")
    assert (answer.status_code, answer["Location"]) == (302, address(act, "contract", pk=contract.pk))
    assert (contract.state, contract.provider, contract.starts_on) == ("draft", act.provider, date(2024, 1, 2))


def test_a_wrong_file_is_shown_with_every_fault_by_line(act, sign_in):
    text = (
        "format: 1\ncontract:\n  code: X1\n  titel: 名称\n  amount: 12,5\nparties:\n  purchaser: {name: 青河区民政局}\n"
    )
    file = SimpleUploadedFile("x.yaml", text.encode())
    answer = sign_in(act.contract_manager).post(address(act, "upload"), {"file": file})
    page = answer.content.decode()
    assert (answer.status_code, [fault.line for fault in answer.context["faults"]]) == (422, [2, 2, 4, 5])
    assert ("没有“titel”这一项" in page, "是否为 title" in page, Contract.objects.filter(code="X1").exists()) == (
        True,
        True,
        False,
    )


def test_the_library_is_offered_with_its_lots_and_numbers(act, sign_in):
    answer = sign_in(act.contract_manager).get(address(act, "start"))
    rows = {one.name: (one.code, one.lot, one.indicators) for one in answer.context["patterns"]}
    assert rows["mtg04"] == ("MTG04", "04包", 28)


def test_an_unknown_pattern_is_not_found(act, sign_in):
    assert sign_in(act.contract_manager).get(address(act, "pattern", "?lot=nobody")).status_code == 404


def test_the_form_of_a_saved_reading_shows_it_in_controls_and_saves_it_unchanged(row, act, sign_in):
    client = sign_in(act.contract_manager)
    shown = client.get(address(act, "indicator", pk=row.pk))
    assert shown.context["form"].initial["kinds_record"] == ["event"]
    assert [one.initial["field"] for one in shown.context["rows"].initial_forms] == ["participants", "participants"]
    answer = client.post(address(act, "indicator", pk=row.pk), reading_form(row))
    row.refresh_from_db()
    assert (answer.status_code, row.version) == (302, 1)


def test_a_new_reading_is_saved_from_its_form(draft, act, sign_in):
    client = sign_in(act.contract_manager)
    answer = client.post(address(act, "new_indicator", pk=draft.pk), reading_form())
    assert answer.status_code == 302
    row = draft.indicators.get()
    assert (row.definition, row.unit, row.force, row.clause) == (
        {name: EVENTS[name] for name in ("of", "gate", "target", "areas")}, "场", "hard", "第五条",
    )  # fmt: skip


def test_faults_stand_at_their_places_and_what_was_typed_stays(draft, act, sign_in):
    wrong = reading_form(target="很多", areas="", words="over: [", **{"cond-0-value": "三十", "cond-0-op": "eq"})
    answer = sign_in(act.contract_manager).post(address(act, "new_indicator", pk=draft.pk), wrong)
    assert (answer.status_code, list(answer.context["form"].errors), draft.indicators.count()) == (422, ["words"], 0)
    answer = sign_in(act.contract_manager).post(address(act, "new_indicator", pk=draft.pk), wrong | {"words": ""})
    form, rows = answer.context["form"], answer.context["rows"]
    assert (answer.status_code, sorted(form.errors), rows[0].errors["value"]) == (
        422, ["__all__", "target"], ["“参加人数”是数字，不能与“三十”比较"],
    )  # fmt: skip
    assert 'value="很多"' in answer.content.decode()


def test_the_trial_tells_sentence_count_and_why_rows_do_not_count_and_writes_nothing(row, draft, act, sign_in):
    place = {"street": act.streets["柳林街道"], "area": act.communities["柳林一社区"]}
    for people in (29, 30, 50, 51):
        ServiceRecord.objects.create(
            contract=draft, kind="event", title=f"{people}人", day=date(2024, 5, 3), started_at=at(), participants=people, papers=["sign_in_sheet"], state="verified",
            created_by=act.social_worker, decided_by=act.quality_control, decided_at=at(), created_at=at(), **place,
        )  # fmt: skip
    client = sign_in(act.contract_manager)
    answer = client.post(address(act, "trial", "?code=QH02-01", pk=draft.pk), reading_form(row, target="2", areas="2"))
    trial = answer.context["trial"]
    assert (trial.line.value, trial.line.target, trial.before.target, trial.row.is_met) == ("2", "2", "12", True)
    assert sorted((one.title, one.reasons) for one in trial.off) == [
        ("29人", ["参加人数仅 29 人，少于 30 人"]), ("51人", ["参加人数 51 人，多于 50 人"]),
    ]  # fmt: skip
    assert ("不少于2场" in answer.content.decode(), draft.indicators.get().version) == (True, 1)


def test_a_draft_without_records_is_tried_on_those_of_another_contract(draft, act, sign_in):
    """Its own term and areas are the other's then, and a window lies as far into the other term as into its own."""
    place = {"street": act.streets["石桥街道"], "area": act.communities["石桥社区"]}
    for day in (date(2024, 2, 1), date(2024, 3, 1)):
        ServiceRecord.objects.create(
            contract=act.contract, kind="event", day=day, started_at=at(), participants=40, papers=["sign_in_sheet"], state="verified", created_by=act.social_worker,
            decided_by=act.quality_control, decided_at=at(), created_at=at(), **place,
        )  # fmt: skip
    Contract.objects.filter(pk=draft.pk).update(starts_on=date(2025, 1, 2), ends_on=date(2025, 12, 31))
    form = reading_form(target="2", areas="", within_from="2025-01-02", within_to="2025-02-15")
    answer = sign_in(act.contract_manager).post(address(act, "trial", pk=draft.pk), form)
    assert [one.code for one in answer.context["offered"]] == ["QH01"]
    assert (answer.context["trial"].line.value, len(answer.context["trial"].counted)) == ("1", 1)
    assert "按那份合同的地区和服务期计" in answer.content.decode()


def test_the_trial_of_a_faulty_form_lists_the_faults(draft, act, sign_in):
    answer = sign_in(act.contract_manager).post(
        address(act, "trial", pk=draft.pk), reading_form(of="", words="of: record.talk")
    )
    assert (answer.status_code, answer.context["trial"].faults) == (200, [("of", "没有活动类型“talk”")])


def test_the_trial_takes_as_many_statements_for_one_record_as_for_three(row, draft, act, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counted = sign_in(act.contract_manager), []
    for _number in (1, 1, 3):
        with scope.tenant(act.tenant.pk):
            for _ in range(_number):
                ServiceRecord.objects.create(
                    contract=draft, kind="event", day=date(2024, 5, 3), started_at=at(), participants=40, papers=["sign_in_sheet"], state="verified", created_by=act.social_worker,
                    decided_by=act.quality_control, decided_at=at(), created_at=at(), street=act.streets["柳林街道"], area=act.communities["柳林一社区"],
                )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            client.post(address(act, "trial", "?code=QH02-01", pk=draft.pk), reading_form(row))
        counted.append(len(captured))
    assert counted[1] == counted[2]


def test_of_two_who_save_one_reading_the_second_sees_the_first_and_loses_nothing(row, draft, act, sign_in):
    save_indicator(draft, EVENTS | {"target": {"ge": 10}}, code="QH02-01", version=1, by=act.station_staff, at=at())
    client = sign_in(act.contract_manager)
    answer = client.post(address(act, "indicator", pk=row.pk), reading_form(target="9", version=1))
    page = answer.content.decode()
    assert (answer.status_code, "刚被别人改过" in page, 'value="9"' in page) == (422, True, True)
    assert answer.context["form"]["version"].value() == 2
    assert client.post(address(act, "indicator", pk=row.pk), reading_form(target="9", version=2)).status_code == 302
    assert draft.indicators.get().definition["target"] == {"ge": 9}


def test_a_section_with_faults_shows_them_at_their_fields_and_keeps_what_was_typed(draft, act, sign_in):
    present = queries.draft(draft)[0].get("price_lines")
    data = {
        "mark": queries.mark(present),
        "row-TOTAL_FORMS": 1,
        "row-INITIAL_FORMS": 0,
        "row-MIN_NUM_FORMS": 0,
        "row-MAX_NUM_FORMS": 200,
    }
    data |= {
        "row-0-no": "1",
        "row-0-title": "活动",
        "row-0-quantity": "12",
        "row-0-unit": "场",
        "row-0-unit_price": "3,000",
        "row-0-amount": "30000",
    }
    client = sign_in(act.contract_manager)
    answer = client.post(address(act, "section", pk=draft.pk, part="price_lines"), data)
    assert (answer.status_code, answer.context["entries"][0].errors) == (
        422, {"amount": ["合价 30,000.00 不等于 12 × 3,000.00 = 36,000.00。改合价、数量或单价"]},
    )  # fmt: skip
    assert (
        client.post(
            address(act, "section", pk=draft.pk, part="price_lines"), data | {"row-0-amount": "36000"}
        ).status_code
        == 302
    )
    assert [str(line.amount) for line in draft.pricelines.all()] == ["36000.00"]


def test_a_section_that_somebody_changed_meanwhile_is_shown_beside_what_was_typed(draft, act, sign_in):
    data = {
        "mark": "old",
        "title": "新名称",
        "short_title": "新",
        "starts_on": "2024-01-02",
        "ends_on": "2024-12-31",
        "signed_on": "2024-01-02",
    }
    client = sign_in(act.contract_manager)
    answer = client.post(address(act, "section", pk=draft.pk, part="contract"), data)
    page = answer.content.decode()
    assert (answer.status_code, "刚被别人改过" in page, "新名称" in page, "青河区社区活动服务" in page) == (
        422,
        True,
        True,
        True,
    )
    again = client.post(address(act, "section", pk=draft.pk, part="contract"), data | {"mark": answer.context["mark"]})
    draft.refresh_from_db()
    assert (again.status_code, draft.title, draft.code, draft.state) == (302, "新名称", "QH02", "draft")


def sent(context):
    """What a browser sends back when it saves a section as it was shown."""
    data = {"mark": context["mark"]}
    entries = context["entries"]
    for form in [context["form"]] if entries is None else [entries.management_form, *entries]:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value != "":
                values = value if isinstance(value, list) else [value]
                values = [str(getattr(one, "pk", one)) for one in values]
                data[bound.html_name] = values if isinstance(value, list) else values[0]
    return data


@pytest.mark.parametrize(
    "part", ["contract", "parties", "areas", "payment_terms", "acceptance", "readings", "labels", "parameters"]
)
def test_every_kind_of_section_opens_and_saves_what_it_shows(draft, act, sign_in, part):
    client = sign_in(act.contract_manager)
    before = queries.draft(draft)[0]
    shown = client.get(address(act, "section", pk=draft.pk, part=part))
    answer = client.post(address(act, "section", pk=draft.pk, part=part), sent(shown.context))
    assert (answer.status_code, queries.draft(draft)[0]) == (302, before)


def test_every_section_of_a_whole_contract_passes_through_its_form_unchanged(mentougou, mtg04, act, rf):
    """All that the model contract says, entered as it is shown, is the same again."""
    contract = actions.start_from_text(mtg04, provider=None, by=act.contract_manager, at=at())
    data, _text = queries.draft(contract)
    assert set(data) - set(known_sections()) == {"format", "activity_kinds", "indicators"}
    for part in [name for name in known_sections() if name in data]:
        shown = Section(rf.get("/"), part, data[part])
        entered = Section(
            rf.post("/", sent({"mark": "", "form": shown.form, "entries": shown.entries})), part, data[part]
        )
        assert (part, entered.is_valid()) == (part, True)
        assert (part, entered.value) == (part, data[part])


def test_the_agency_confirms_one_reading_after_the_other(row, draft, act, sign_in):
    other = save_indicator(draft, EVENTS | {"id": "QH02-02", "zh": "讲座"}, version=0, by=act.contract_manager, at=at())
    client = sign_in(act.agency_manager)
    answer = client.post(address(act, "confirm", pk=row.pk), {"version": 1})
    assert answer["Location"] == address(act, "reading", pk=other.pk)
    answer = client.post(address(act, "confirm", pk=other.pk), {"version": 1})
    assert (answer["Location"], Confirmation.objects.count()) == (address(act, "contract", pk=draft.pk), 2)
    assert client.post(address(act, "object", pk=row.pk), {"version": 1, "note": ""}).status_code == 422
    client.post(address(act, "object", pk=row.pk), {"version": 1, "note": "应为三场"})
    assert list(Confirmation.objects.values_list("verdict", flat=True).order_by("verdict")) == ["confirmed", "objected"]


def test_the_agency_sees_the_setting_up_and_edits_nothing(row, draft, act, sign_in):
    client = sign_in(act.agency_manager)
    page = client.get(address(act, "contract", pk=draft.pk)).content.decode()
    assert ("启用合同" in page, "新增指标" in page, "项口径等你这一方确认" in page) == (False, False, True)
    for name in ("indicator", "remove_indicator"):
        assert client.post(address(act, name, pk=row.pk)).status_code == 403
    assert client.get(address(act, "section", pk=draft.pk, part="contract")).status_code == 403
    assert client.post(address(act, "activate", pk=draft.pk)).status_code == 403


@pytest.mark.parametrize("role", ["agency_manager", "social_worker"])
def test_another_agency_finds_nothing(row, draft, act, sign_in, role):
    client = sign_in(act.rivals[role])
    wanted = 404 if role == "agency_manager" else 403
    assert client.get(address(act, "contract", pk=draft.pk)).status_code == wanted
    assert client.get(address(act, "reading", pk=row.pk)).status_code == wanted
    assert client.post(address(act, "confirm", pk=row.pk), {"version": 1}).status_code == wanted


def test_activating_too_early_lists_what_is_missing_on_the_page(row, draft, act, sign_in):
    answer = sign_in(act.contract_manager).post(address(act, "activate", pk=draft.pk))
    page = answer.content.decode()
    assert (answer.status_code, "还缺 3 项，没有启用" in page, "指标“社区活动”甲方未确认，乙方未确认" in page) == (
        422,
        True,
        True,
    )


def test_a_contract_at_work_sends_its_editor_to_amendments(act, sign_in):
    client = sign_in(act.contract_manager)
    for name, more in (("new_indicator", {}), ("section", {"part": "contract"})):
        answer = client.get(address(act, name, pk=act.contract.pk, **more))
        assert answer["Location"] == address(act, "contract", pk=act.contract.pk)


def test_the_contract_page_tells_what_both_sides_have_agreed(row, draft, act, sign_in):
    confirm_reading(row, version=1, by=act.contract_manager, at=at())
    page = sign_in(act.agency_manager).get(address(act, "agreement", pk=draft.pk)).content.decode()
    assert "口径双方已确认 0 / 1 项" in page
    page = sign_in(act.social_worker).get(address(act, "said", pk=row.pk)).content.decode()
    assert ("甲方 周砚秋" in page, "乙方 未在系统中确认" in page, "版本与确认" in page) == (True, True, False)
