"""The administrator's pages of activity kinds and words, without a script; what the phone's form then asks."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Label
from services.actions import kinds
from services.forms.records import RecordForm
from services.models import ActivityKind
from tests.services.pages import NOW, inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]

FIELDS = [{"name": "topic", "label": "主题", "type": "choice", "choices": [["mood", "情绪"], ["crisis", "危机"]]}]


@pytest.fixture
def admin(sign_in, scene):
    return sign_in(scene.cast.system_admin)


def typed(**more):
    """What the form of a new kind sends: one field with two choices, one mode, one paper."""
    return {
        "label": "心理热线", "code": "hotline", "subject": "none", "shows": ["workers"], "proves": "", "is_active": "on",
        "fields-0-label": "主题", "fields-0-name": "topic", "fields-0-type": "choice", "fields-0-required": "on",
        "fields-0-choices-0-label": "情绪", "fields-0-choices-0-code": "mood", "fields-0-choices-1-label": "危机", "fields-0-choices-1-code": "crisis",
        "modes-0-label": "来电", "modes-0-code": "call_in", "evidence-0-kind": "photo", "evidence-0-label": "照片", "evidence-0-min": "0",
    } | more  # fmt: skip


def kind_of(inside, code="hotline"):
    return inside(lambda: ActivityKind.objects.filter(code=code).first())


def inputs(page):
    """The names of the row inputs, in their order on the page."""
    names = [part.split('"')[0] for part in page.split(' name="')[1:]]
    return [name for name in names if name.endswith("-label")]


def test_only_the_administrator_sets_up_kinds(sign_in, scene):
    for role in ("contract_manager", "agency_manager", "social_worker", "audit_admin"):
        for name in ("kinds", "new_kind", "words"):
            assert sign_in(scene.cast.members[role]).get(url(scene, name)).status_code == 403
    assert sign_in(scene.cast.system_admin).get(url(scene, "kinds")).status_code == 200


def test_a_press_of_a_button_changes_the_form_and_keeps_nothing(admin, scene, inside):
    page = text(admin.post(url(scene, "new_kind"), typed(act="add:fields")))
    assert inputs(page)[:5] == ["modes-0-label", "fields-0-label", "fields-0-choices-0-label", "fields-0-choices-1-label", "fields-1-label"]  # fmt: skip
    assert 'value="心理热线"' in page
    page = text(admin.post(url(scene, "new_kind"), typed(act="down:fields-0-choices-0")))
    assert page.index('value="crisis"') < page.index('value="mood"')
    page = text(admin.post(url(scene, "new_kind"), typed(act="drop:modes-0")))
    assert 'value="call_in"' not in page
    assert kind_of(inside) is None


@pytest.mark.parametrize("act", ["drop:fields-9", "up:fields-9-choices-0", "add:fields-9-choices", "down:evidence", "sing:fields-0", "add:" * 40])  # fmt: skip
def test_a_press_that_makes_no_sense_changes_nothing(admin, scene, act):
    answer = admin.post(url(scene, "new_kind"), typed(act=act))
    assert answer.status_code == 200
    assert inputs(text(answer)) == ["modes-0-label", "fields-0-label", "fields-0-choices-0-label", "fields-0-choices-1-label", "evidence-0-label"]  # fmt: skip


def test_a_kind_is_kept_as_it_was_typed(admin, scene, inside):
    computed = {
        "fields-1-label": "前", "fields-1-name": "before", "fields-1-type": "number", "fields-2-label": "后", "fields-2-name": "after", "fields-2-type": "number",
        "fields-3-label": "下降", "fields-3-name": "score_fall", "fields-3-type": "computed", "fields-3-formula": "fall", "fields-3-first": "before", "fields-3-second": "after",
        "fields-4-label": "已填", "fields-4-name": "filled", "fields-4-type": "computed", "fields-4-formula": "count_given", "fields-4-given": ["topic", "before"],
        "fields-5-label": "", "fields-5-name": "", "fields-5-type": "text", "modes-0-direct": "1", "modes-1-label": "回电", "modes-1-code": "call_back", "modes-1-retired": "on",
        "modes-2-label": "", "modes-2-code": "", "evidence-1-kind": "", "evidence-1-label": "", "evidence-0-label": "", "fields-0-choices-2-label": "", "fields-0-choices-2-code": "",
    }  # fmt: skip
    answer = admin.post(url(scene, "new_kind"), typed(act="save", shows=["direct"], **computed))
    assert (answer.status_code, answer["Location"]) == (302, url(scene, "kinds"))
    kind = kind_of(inside)
    assert (kind.label, kind.subject, kind.shows, kind.is_active, kind.sort) == ("心理热线", "none", ["mode", "direct"], True, 5)  # fmt: skip
    assert kind.fields == [
        {**FIELDS[0], "required": True},
        {"name": "before", "label": "前", "type": "number"},
        {"name": "after", "label": "后", "type": "number"},
        {"name": "score_fall", "label": "下降", "type": "number", "computed": {"fall": ["before", "after"]}},
        {"name": "filled", "label": "已填", "type": "number", "computed": {"count_given": ["topic", "before"]}},
    ]
    assert kind.modes == [["call_in", "来电", True], ["call_back", "回电", None, True]]
    assert kind.evidence == [{"kind": "photo", "label": "照片", "min": 0}]


def test_what_is_opened_and_saved_again_is_the_same(admin, scene, inside):
    admin.post(url(scene, "new_kind"), typed(act="save", **{"fields-0-choices-1-retired": "on"}))
    kind = kind_of(inside)
    assert kind.fields[0]["retired_choices"] == ["crisis"]
    seen = kinds.digest(kind)
    again = typed(act="save", seen=seen, **{"fields-0-choices-1-retired": "on"})
    assert admin.post(url(scene, "kind", pk=kind.pk), again).status_code == 302
    assert kinds.digest(kind_of(inside)) == seen
    page = text(admin.get(url(scene, "kind", pk=kind.pk)))
    assert 'name="fields-0-choices-1-retired" id="id_fields-0-choices-1-retired" checked' in page


def test_every_fault_is_told_and_nothing_typed_is_lost(admin, scene, inside):
    wrong = {"code": "Hot line", "fields-0-name": "day", "fields-0-choices-1-code": "mood", "evidence-0-kind": ""}
    answer = admin.post(url(scene, "new_kind"), typed(act="save", **wrong))
    page = text(answer)
    assert answer.status_code == 422
    assert "有 4 处要改" in page
    for told in ("小写英文字母开头", "字段 day 与通用字段同名", "选项 mood 重复", "材料  须有代号、名称"):
        assert told in page
    assert 'value="心理热线"' in page
    assert kind_of(inside, "Hot line") is None


def test_a_code_that_is_taken_is_told_beside_it(admin, scene):
    assert "代号 event 已使用" in text(admin.post(url(scene, "new_kind"), typed(act="save", code="event")))


def test_two_administrators_do_not_write_over_each_other(admin, scene, inside):
    kind = kind_of(inside, "event")
    answer = admin.post(url(scene, "kind", pk=kind.pk), typed(act="save", seen="0000", label="别名"))
    assert answer.status_code == 422
    assert "这个活动类型刚被别人改过" in text(answer)
    assert 'value="别名"' in text(answer)
    assert kind_of(inside, "event").label == "社区活动"


def test_what_records_use_is_named_with_their_number(admin, scene, inside):
    inside(scene.verified, "event")
    kind = kind_of(inside, "event")
    page = text(admin.get(url(scene, "kind", pk=kind.pk)))
    assert "1 条记录已填，不能去掉" in page
    assert page.count('disabled title="1 条记录已用"') == 4  # the field, its choice, two papers
    fewer = typed(act="save", seen=kinds.digest(kind), label="社区活动", **{"fields-0-type": "text"})
    page = text(admin.post(url(scene, "kind", pk=kind.pk), fewer))
    for told in ("已有 1 条记录填写，类型不能再改", "材料“签到表”已用于 1 条记录，可把份数改为 0，不能去掉"):
        assert told in page
    assert kind_of(inside, "event").fields[0]["type"] == "choice"


def test_the_preview_is_the_phones_form_as_far_as_it_makes_sense(admin, scene):
    half = {"fields-1-label": "还没写完", "fields-1-name": "", "fields-1-type": "number"}
    page = text(admin.post(url(scene, "new_kind"), typed(act="refresh", **half)))
    preview = page[page.index('id="kind-preview"') :]
    for shown in ("心理热线", "社区（村）", "来电", "情绪", "危机"):
        assert shown in preview
    assert "还没写完" not in preview


def test_kinds_are_moved_in_the_list(admin, scene, inside):
    order = lambda: inside(lambda: list(ActivityKind.objects.values_list("code", flat=True)))  # noqa: E731
    assert order()[:2] == ["home_survey", "revisit"]
    kind = kind_of(inside, "revisit")
    assert admin.post(url(scene, "move_kind", pk=kind.pk), {"to": "up"}).status_code == 302
    assert order()[:2] == ["revisit", "home_survey"]


@pytest.mark.parametrize("name", ["kinds", "kind", "words"])
def test_pages_take_the_same_statements_however_much_there_is(admin, scene, inside, name):
    def fill(number):
        kind = typed_kind(f"kind_{number}")
        Label.objects.create(family="paper", code=f"paper_{number}", label=f"材料{number}")
        return kind

    def statements():
        address = url(scene, name, **({"pk": first.pk} if name == "kind" else {}))
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(address).status_code == 200
        return len(seen)

    first = inside(fill, 0)
    statements()  # the first page of a session also reads who is there
    once = statements()
    for number in (1, 2):
        inside(fill, number)
    inside(scene.verified, "event")
    assert statements() == once


def typed_kind(code):
    fields = [{"name": f"f{number}", "label": f"项{number}", "type": "number"} for number in range(6)]
    return kinds.save_kind(code=code, label=code, fields=fields, sort=9, by=None, at=NOW)


# --- what the phone asks afterwards -----------------------------------------------------------------------------------------
def asked(kind, **initial):
    form = RecordForm(kind=kind, contract=None, initial=initial)
    offered = {name: [code for code, _ in form.fields[name].choices] for name in ("mode", "fact_topic") if name in form.fields}  # fmt: skip
    return [name for name in form.fields if name.startswith("fact_")], offered


def test_what_is_retired_is_asked_only_where_a_record_has_it(act):
    fields = [
        {**FIELDS[0], "retired_choices": ["crisis"]},
        {"name": "old", "label": "旧项", "type": "text", "retired": True},
        {"name": "sum", "label": "合计", "type": "number", "computed": {"count_given": ["topic"]}},
    ]
    modes = [["in", "来电"], ["out", "去电", None, True]]
    kind = SimpleNamespace(subject="none", fields=fields, modes=modes, shows=["mode"], registers=[])
    assert asked(kind) == (["fact_topic"], {"mode": ["in"], "fact_topic": ["mood"]})
    held = {"mode": "out", "fact_topic": "crisis"}
    assert asked(kind, **held) == (["fact_topic"], {"mode": ["in", "out"], "fact_topic": ["mood", "crisis"]})


# --- words ------------------------------------------------------------------------------------------------------------------
def test_words_are_added_and_renamed_on_their_page(admin, scene, inside):
    address = f"{url(scene, 'words')}?family=paper"
    assert "这一类还没有词" in text(admin.get(address))
    assert admin.post(address, {"label": "通话记录", "code": "call_note"})["Location"] == address
    word = inside(lambda: Label.objects.get())
    assert admin.post(url(scene, "rename_word", pk=word.pk), {"label": "来电记录"})["Location"] == address
    assert 'value="来电记录"' in text(admin.get(address))


def test_a_word_that_is_wrong_is_told_where_it_was_typed(admin, scene, inside):
    address = f"{url(scene, 'words')}?family=paper"
    admin.post(address, {"label": "通话记录", "code": "call_note"})
    answer = admin.post(address, {"label": "", "code": "call_note"})
    assert (answer.status_code, "写明名称" in text(answer)) == (422, True)
    assert "代号 call_note 已用于“通话记录”" in text(admin.post(address, {"label": "另一种", "code": "call_note"}))
    word = inside(lambda: Label.objects.get())
    answer = admin.post(url(scene, "rename_word", pk=word.pk), {"label": " "})
    assert (answer.status_code, "名称：1 至 60 个字" in text(answer)) == (422, True)
    assert inside(lambda: Label.objects.get()).label == "通话记录"
