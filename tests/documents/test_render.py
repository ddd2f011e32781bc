"""PDF and Excel: archival, Chinese, nothing from outside, text stays text, the same figures give the same bytes."""

import hashlib
import io
import logging
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.template import engines
from PIL import Image
from pypdf import PdfReader

from documents.render import drawing, pdf, workbook
from documents.render.workbook import Column, Sheet

FROZEN = datetime(2024, 11, 18, 9, 20, tzinfo=UTC)
PAPER = """{% extends "print.html" %}{% block title %}核对表{% endblock %}{% block meta %}<meta name="dcterms.created" content="2024-11-18T09:20:00+00:00">{% endblock %}
{% block run_left %}门头沟区精准救助服务{% endblock %}{% block run_foot %}数据固定于 2024-11-18 17:20{% endblock %}
{% block content %}<h2>一、指标完成情况</h2><table class="ptb"><thead><tr><th>指标名称</th></tr></thead><tbody>{% for row in rows %}<tr><td>社区活动第{{ row }}行 {{ typed }}</td></tr>{% endfor %}</tbody></table>
<img src="image:photo" alt="合影"><h2>二、㐂䶮𠮷龘</h2>{% endblock %}"""
HOSTILE = """{% extends "print.html" %}{% block content %}<link rel="attachment" href="file:///etc/passwd"><img src="file:///etc/hostname"><img src="http://127.0.0.1:9/x.png">
<link rel="stylesheet" href="file:///etc/passwd"><object data="file:///etc/passwd"></object><img src="image:absent"><img src="/static/img/seal.svg"><p>完</p>{% endblock %}"""


@pytest.fixture
def paper(monkeypatch):
    """Render template text as if it were a file."""

    def render(text, context=None, **options):
        monkeypatch.setattr(
            pdf, "render_to_string", lambda name, values: engines["django"].from_string(text).render(values)
        )
        return pdf.render("paper", context or {"rows": range(90), "typed": ""}, **options)

    return render


def photo():
    content = io.BytesIO()
    Image.new("RGB", (30, 20), "#3366aa").save(content, "JPEG")
    return {"photo": (content.getvalue(), "image/jpeg")}


def words(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


# --- PDF ------------------------------------------------------------------------------------------------------------
def test_every_page_has_its_running_head_foot_number_and_table_head(paper):
    pages = words(paper(PAPER, images=photo()))
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert "门头沟区精准救助服务" in text
        assert "数据固定于 2024-11-18 17:20" in text
        assert f"第 {number} 页" in text
        assert f"共 {len(pages)} 页" in text
        assert ("指标名称" in text) == ("社区活动第" in text)
    assert sum(text.count("社区活动第") for text in pages) == 90


def test_headings_become_bookmarks_and_the_file_says_it_is_archival(paper):
    content = paper(PAPER, images=photo())
    reader = PdfReader(io.BytesIO(content))
    assert [mark.title for mark in reader.outline] == ["一、指标完成情况", "二、㐂䶮𠮷龘"]
    told = reader.xmp_metadata.stream.get_data().decode()
    assert re.search(r"pdfaid:part[^2]*2", told)
    assert reader.metadata.title == "核对表"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"


def test_every_character_has_a_glyph_of_an_embedded_font(paper):
    reader = PdfReader(io.BytesIO(paper(PAPER, images=photo())))
    fonts = {}
    for page in reader.pages:
        fonts.update({name: font.get_object() for name, font in page["/Resources"]["/Font"].items()})
    assert fonts
    for font in fonts.values():
        inner = font["/DescendantFonts"][0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
        assert "CJK" in font["/BaseFont"] or "Song" in font["/BaseFont"]
    assert "㐂䶮𠮷龘" in "".join(words(paper(PAPER, images=photo())))


def test_the_same_figures_give_the_same_bytes_in_another_process_too(paper):
    script = (
        "import hashlib, django; django.setup(); from tests.documents import test_render as t; from documents.render import pdf; from django.template import engines;"
        "pdf.render_to_string = lambda name, values: engines['django'].from_string(t.PAPER).render(values);"
        "print(hashlib.sha256(pdf.render('paper', {'rows': range(90), 'typed': ''}, images=t.photo())).hexdigest())"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONHASHSEED": "7",
        "PYTHONWARNINGS": "ignore",
    }
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert told.split()[-1] == hashlib.sha256(paper(PAPER, images=photo())).hexdigest()


def test_another_photo_gives_another_file(paper):
    other = {"photo": (photo()["photo"][0] + b"\0", "image/jpeg")}
    assert paper(PAPER, images=photo()) != paper(PAPER, images=other)


def test_nothing_is_fetched_from_the_disk_or_the_network(paper, caplog):
    caplog.set_level(logging.ERROR, "weasyprint")
    content = paper(HOSTILE)
    reader = PdfReader(io.BytesIO(content))
    assert reader.attachments == {}
    assert b"root:" not in content
    refused = [record.getMessage() for record in caplog.records]
    for address in ("file:///etc/passwd", "file:///etc/hostname", "http://127.0.0.1:9/x.png", "image:absent"):
        assert any(address in line for line in refused), address
    assert not any(page.images for page in reader.pages)


def test_what_a_user_typed_stays_text(paper):
    content = paper(PAPER, {"rows": range(1), "typed": "<img src='file:///etc/hostname'>{{ 7 }}"}, images=photo())
    assert "<img src='file:///etc/hostname'>{{ 7 }}" in words(content)[0]


@pytest.mark.parametrize("demo", [True, False])
def test_a_sample_says_so_on_every_page(paper, demo, settings):
    settings.DEMO = False
    pages = words(paper(PAPER, {"rows": range(90), "typed": "", "demo": demo}, images=photo()))
    assert {"示例数据，人名均为虚构" in text for text in pages} == {demo}


def test_a_demonstration_installation_marks_every_paper(paper, settings):
    settings.DEMO = True
    assert all("示例数据" in text for text in words(paper(PAPER, images=photo())))


# --- drawings ---------------------------------------------------------------------------------------------------------
def test_a_bar_shows_value_forecast_and_what_is_expected():
    drawn = drawing.bar(Decimal(9), Decimal(12), expected=Decimal(6), forecast=Decimal("13.5"), kind="warn")
    assert 'width="75.00" height="7" fill="#a86a08"' in drawn
    assert 'width="100.00" height="7" fill="#c3ccd6"' in drawn
    assert 'x1="50.00"' in drawn


@pytest.mark.parametrize(("value", "target"), [(None, Decimal(1)), (Decimal(1), None), (Decimal(1), Decimal(0))])
def test_no_bar_without_a_value_and_a_target(value, target):
    assert drawing.bar(value, target) == ""


@pytest.mark.parametrize(
    ("highest", "end"),
    [(0, 5), (1, 5), (5, 5), (6, 10), (126, 250), (251, 500), (500, 500), (501, 1000), (9999, 10000)],
)
def test_the_axis_ends_at_a_round_number_in_five_steps(highest, end):
    assert drawing.scale_end(highest) == end


def test_columns_are_stacked_in_proportion_and_their_sum_stands_above():
    drawn = drawing.columns(["9月", "10月"], [("直接", [30, 60]), ("间接", [20, 0])], unit="次")
    heights = [float(height) for height in re.findall(r'height="([\d.]+)" fill="#(?:1f5a99|a9c4e0)"', drawn)]
    tall = drawing.HEIGHT - drawing.TOP - drawing.BOTTOM
    assert heights[2:] == [round(tall * part / 100, 2) for part in (30, 20, 60, 0)]
    assert re.findall(r">(\S+)</text>", drawn)[-4:] == ["50", "9月", "60", "10月"]


# --- Excel --------------------------------------------------------------------------------------------------------------
COLUMNS = [
    Column("指标", width=16),
    Column("目标", "whole"),
    Column("累计", "number"),
    Column("完成率", "percent"),
    Column("金额", "money"),
    Column("日期", "date"),
]
HOSTILE_TEXTS = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "http://example.com",
    "mailto:a@b",
]


def made(rows, **options):
    sheet = Sheet("指标", COLUMNS, rows, title="10月月报", notes=["截至 2024-10-31"])
    return workbook.write([sheet], title="月报", author="同心社工", created=FROZEN, **options)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_a_formula_or_a_link(text):
    content = made([[text, 1, None, None, None, None]])
    cell = opened(content)["A5"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_numbers_are_numbers_with_their_formats():
    row = opened(
        made([["社区活动", 12, Decimal("9.50"), Decimal("0.7916"), Decimal("166444.80"), date(2024, 10, 31)]])
    )[5]
    assert [cell.value for cell in row[1:5]] == [12, 9.5, 0.7916, 166444.8]
    assert row[5].value.date() == date(2024, 10, 31)
    assert [cell.number_format for cell in row[1:]] == ["#,##0", "#,##0.##", "0.0%", "#,##0.00", "yyyy-mm-dd"]


def test_a_whole_number_shows_no_lonely_point():
    assert opened(made([["x", 1, Decimal("9.00"), None, None, None]]))["C5"].number_format == "#,##0"


def test_a_cell_may_be_shown_otherwise_than_its_column():
    cell = opened(made([["x", 1, ("percent", Decimal("0.916")), None, None, None]]))["C5"]
    assert (cell.value, cell.number_format) == (0.916, "0.0%")


def test_a_number_longer_than_excel_can_keep_is_written_as_text():
    cell = opened(made([["x", 1234567890123456, None, None, None, None]]))["B5"]
    assert (cell.data_type, cell.value) == ("s", "1234567890123456")


def test_a_sheet_is_ready_to_read_and_to_print():
    sheet = opened(made([["合同指标", 1, None, None, None, None]]))
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == "A4:F5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert "第 &P 页" in sheet.oddFooter.right.text


def test_a_group_heading_spans_and_a_total_stands_last():
    sheet = Sheet("指标", COLUMNS[:2], ["合同指标", ["社区活动", 12]], total=["合计", 12])
    rows = list(
        opened(workbook.write([sheet], title="月报", author="", created=FROZEN)).iter_rows(min_row=3, values_only=True)
    )
    assert rows == [("指标", "目标"), ("合同指标", None), ("社区活动", 12), ("合计", 12)]


def test_long_text_gets_the_lines_that_it_needs():
    sheet = opened(made([["很长的名称" * 6, 1, None, None, None, None]]))
    assert sheet.row_dimensions[5].height == 4 * workbook.LINE


def test_a_sample_says_so_on_the_sheet_and_in_the_footer():
    sheet = opened(made([], demo=True))
    assert sheet["A3"].value == "示例数据，人名均为虚构"
    assert "示例数据" in sheet.oddFooter.left.text


def test_the_same_rows_give_the_same_bytes():
    rows = [["社区活动", 12, Decimal("9.5"), None, None, date(2024, 10, 31)]]
    assert hashlib.sha256(made(rows)).hexdigest() == hashlib.sha256(made(rows)).hexdigest()
    assert opened(made(rows)).parent.properties.created == FROZEN.replace(tzinfo=None)
