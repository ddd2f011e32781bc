"""The tags and filters that every page uses: what they write, and that they escape what people typed."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import NoReverseMatch

from tenancy.templatetags.fuyue import figures, formats, marks, statuses
from tenancy.templatetags.fuyue.forms import errors, field

SHANGHAI = ZoneInfo("Asia/Shanghai")


def drawn(source, **context):
    return Template(source).render(Context(context))


# --- numbers, money, dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("166444.8"), "166,444.80"),
        (Decimal("-2774.08"), "−2,774.08"),
        (0, "0.00"),
        ("123456789.995", "123,456,790.00"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_money_has_two_decimals_commas_and_a_true_minus(value, text):
    assert formats.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.5"),
        (2846, "2,846"),
        (Decimal("100"), "100"),
        (Decimal("-3.0"), "−3"),
        (None, "—"),
        (0, "0"),
        ("通过", "通过"),
    ],
)
def test_numbers_drop_zeros_that_say_nothing(value, text):
    assert formats.num(value) == text


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (Decimal("0.9999"), 0, "99%"),
        (1, 0, "100%"),
        (Decimal("1.8765"), 0, "187%"),
        (Decimal("0.9649"), 1, "96.4%"),
        (None, 0, "—"),
    ],
)
def test_percentages_are_cut_so_that_a_hundred_means_reached(share, digits, text):
    assert formats.percent(share, digits) == text


def test_dates_are_written_one_way_each():
    day = dt.date(2024, 11, 20)
    written = [
        formats.ymd(day),
        formats.monthday(day),
        formats.weekday(day),
        formats.cn_day(day),
        formats.cn_month(day),
        formats.ymd(None),
    ]
    assert written == ["2024-11-20", "11-20", "周三", "2024年11月20日", "2024年11月", "—"]


def test_moments_are_told_in_shanghai():
    late = dt.datetime(2024, 11, 19, 16, 5, tzinfo=dt.UTC)
    assert [formats.moment(late), formats.short_moment(late), formats.hm(late), formats.ymd(late)] == [
        "2024-11-20 00:05",
        "11-20 00:05",
        "00:05",
        "2024-11-20",
    ]


def test_sizes_and_working_days_carry_their_unit():
    assert [
        formats.file_size(1887437),
        formats.file_size(51200),
        formats.workdays(7),
        formats.dash(0),
        formats.dash(""),
    ] == ["1.8 MB", "50 KB", "7 个工作日", 0, "—"]


# --- states --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "of", "word", "kind"),
    [
        ("met", "", "达标", "ok"),
        ("on_pace", "", "正常", "go"),
        ("watch", "", "关注", "warn"),
        ("behind", "", "落后", "bad"),
        ("missed", "", "未达标", "bad"),
        ("over", "", "超出", "bad"),
        ("not_started", "", "未开始", "off"),
        ("not_applicable", "", "不适用", "off"),
        ("missing_parameter", "", "缺参数", "unk"),
        ("papers_missing", "", "缺材料", "warn"),
        ("unconfirmed", "", "未确认", "unk"),
        ("report_only", "", "仅报告", "unk"),
        ("met", "condition", "满足", "ok"),
        ("not_met", "condition", "未满足", "bad"),
        ("unknown", "condition", "待确认", "unk"),
        ("draft", "", "草稿", "off"),
        ("submitted", "", "待审", "wait"),
        ("verified", "", "已核", "ok"),
        ("returned", "", "退回", "warn"),
        ("达标", "", "达标", "ok"),
    ],
)
def test_a_state_has_one_word_and_one_colour(code, of, word, kind):
    found = statuses.find(code, of)
    assert (found.word, found.kind) == (word, kind)


def test_an_unknown_state_is_an_error_and_not_a_grey_badge():
    with pytest.raises(KeyError):
        marks.status("no_such_state")


def test_a_badge_shows_icon_word_and_colour():
    assert marks.status("behind", "差 2 场") == (
        f'<span class="fy-st is-bad">{marks.icon("circle-x")}<span>差 2 场</span></span>'
    )


def test_every_state_has_an_icon_in_the_vendored_set_and_a_mark_for_paper():
    assert [
        code for code, found in statuses.STATUSES.items() if found.icon not in marks._drawings() or not found.mark
    ] == []


def test_paper_shows_a_mark_instead_of_an_icon():
    assert marks.paper_status("met") == '<span class="tag-p is-ok">● 达标</span>'


def test_words_of_people_are_escaped_in_marks_and_slots():
    nasty = "<b>x</b>"
    safe = "&lt;b&gt;x&lt;/b&gt;"
    assert safe in marks.status("bad", nasty)
    assert safe in marks.evidence([(nasty, True)])
    assert safe in drawn("{% card title %}{{ words }}{% endcard %}", title=nasty, words="")
    assert safe in drawn("{% card 't' %}{{ words }}{% endcard %}", words=nasty)
    assert safe in drawn("{% holder 'a' name elapsed=1 limit=2 %}{% endholder %}", name=nasty)
    assert safe in marks.crumbs(nasty, "/a", nasty)
    assert nasty not in marks.crumbs(nasty, "/a", nasty)


def test_missing_papers_are_told_in_words_too():
    chips = marks.evidence([("方案", True), ("签到表", False)])
    assert chips.count('class="no"') == 1
    assert '签到表<span class="hide">（缺）</span>' in chips


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_bar_shows_value_forecast_and_what_is_expected():
    svg = figures.pace(10, 12, expected=Decimal("11.3"), forecast=11, state="behind", label="社区活动")
    assert 'class="fy-pace is-bad"' in svg
    assert '<rect class="f" width="91.67" height="8"/><rect class="v" width="83.33" height="8"/>' in svg
    assert 'x1="94.17"' in svg
    assert 'aria-label="社区活动已完成 10，目标 12，应达 11.3"' in svg
    assert "<span>83%</span><span>应达 11.3</span>" in svg


def test_a_bar_past_its_target_stays_full_and_the_words_say_by_how_much():
    svg = figures.pace(912, 486, state="met")
    assert '<rect class="v" width="100.00" height="8"/>' in svg
    assert "<span>187%</span>" in svg


@pytest.mark.parametrize("target", [None, "", 0])
def test_without_a_target_there_is_no_bar(target):
    assert figures.pace(5, target) == '<span class="faint">—</span>'


@pytest.mark.parametrize(
    ("elapsed", "limit", "kinds", "words"),
    [
        (1, 3, ["x", "", ""], "第 1 / 3 个工作日"),
        (2, 3, ["w", "w", ""], "第 2 / 3 个工作日"),
        (3, 3, ["w", "w", "w"], "今日到期"),
        (5, 3, ["l"] * 5, "超期 2 个工作日"),
        (1, 2, ["x", ""], "第 1 / 2 个工作日"),
    ],
)
def test_the_clock_draws_a_block_a_working_day_and_says_the_same(elapsed, limit, kinds, words):
    svg = figures.clock(elapsed, limit)
    assert [part.split('"')[0] for part in svg.split('<i class="')[1:]] == kinds
    assert svg.endswith(f"</span>{words}</span>")


def test_a_long_limit_keeps_fifteen_blocks():
    svg = figures.clock(12, 30)
    assert (svg.count("<i "), svg.count('<i class="x">')) == (15, 6)


def test_a_clock_that_stands_says_so_and_one_without_a_limit_too():
    assert "已暂停" in figures.clock(9, 10, paused=True)
    assert figures.clock(3, 0) == '<span class="faint">不设时限</span>'


def test_the_chain_marks_what_is_done_and_where_we_are():
    html = drawn(
        "{% chain links %}",
        links=[
            {"title": "签订", "state": "done"},
            {"title": "完成", "state": "now", "share": 60},
            {"title": "验收", "state": ""},
        ],
    )
    assert html.count('class="done"') == 1
    assert html.count('aria-current="step"') == 1
    assert '<rect width="60" height="2"/>' in html


# --- links -----------------------------------------------------------------------------------------------------------


def test_turl_adds_the_tenant(settings):
    settings.ROOT_URLCONF = "tests.config.urls_for_components"
    tenant = SimpleNamespace(slug="qingshan")
    assert drawn("{% turl 'thing' pk=3 %}", tenant=tenant) == "/qingshan/things/3/"
    with pytest.raises(NoReverseMatch):
        drawn("{% turl 'nothing' %}", tenant=tenant)


def test_query_keeps_the_filters_and_takes_out_what_is_empty():
    request = RequestFactory().get("/", {"q": "军庄", "page": "3"})
    assert drawn("{% query page=4 as url %}{{ url|safe }}", request=request) == "?q=%E5%86%9B%E5%BA%84&page=4"
    assert drawn("{% query q='' page='' as url %}{{ url }}", request=request) == "?"


# --- forms -----------------------------------------------------------------------------------------------------------


class Visit(forms.Form):
    place = forms.CharField(label="地点", help_text="写到社区")
    mode = forms.ChoiceField(label="方式", choices=[("a", "面谈"), ("b", "电话")], widget=forms.RadioSelect)
    about = forms.MultipleChoiceField(
        label="内容", choices=[("a", "关怀")], widget=forms.CheckboxSelectMultiple, required=False
    )


def test_a_field_ties_label_hint_and_error_to_its_input():
    html = drawn("{% field form.place %}", form=Visit({"mode": "a"}))
    assert '<label for="id_place">地点</label>' in html
    assert 'aria-describedby="id_place_hint id_place_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_place_error"' in html


def test_choices_become_a_segment_and_chips_of_real_inputs():
    form = Visit()
    assert field(form["mode"])["kind"] == "seg"
    form.fields["mode"].choices = [("a", "每个街道分别达到"), ("b", "整包合计达到（19 项指标随之改动）")]
    assert field(form["mode"])["kind"] == "list"
    assert field(form["about"])["kind"] == "chips"
    assert drawn("{% field form.mode %}", form=form).count('type="radio"') == 2
    assert '<span class="opt">选填</span>' in drawn("{% field form.about %}", form=form)


def test_the_summary_of_errors_links_to_each_field():
    html = errors(Visit({"about": []}))
    assert "有 2 处要改" in html
    assert '<a href="#id_place">地点</a>' in html
    assert '<a href="#id_mode">方式</a>' in html
    assert errors(Visit()) == ""


def test_a_group_of_choices_can_be_reached_from_the_summary():
    assert 'id="id_mode"' in drawn("{% field form.mode %}", form=Visit({}))


# --- pages without a request -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "words"), [("400.html", "没有办理任何事项"), ("500.html", "这一步没有办成")])
def test_the_pages_of_last_resort_need_nothing(name, words):
    assert words in get_template(name).render()


def test_the_gallery_is_hidden_from_an_installation_in_use(client, settings):
    settings.DEBUG = settings.DEMO = False
    assert client.get("/gallery/").status_code == 404


def test_the_gallery_draws_every_component(client, settings):
    settings.DEMO = True
    page = client.get("/gallery/").content.decode()
    assert page.count('class="gal-code"') == 14
    assert "示例数据，人名均为虚构" in page
    assert " style=" not in page
