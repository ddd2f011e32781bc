"""The PDF of a report that was handed in: everything comes from its snapshot, and the photographs by their digest."""

from decimal import Decimal

from documents.render import drawing, pdf
from services.reporting import telling

TEMPLATE = "services/paper/monthly_report.html"
NUMERALS = "一二三四五六七八九十"


def lay_out(snapshot, images):
    """The paper, laid out and not written yet. `images` maps a photo's file id to (content, content type)."""
    return pdf.layout(TEMPLATE, context(snapshot), images=images)


def context(snapshot):
    """What the template shows."""
    figures = snapshot.data
    parts = [part for part in SECTIONS if part[2](figures)]
    return {
        "figures": figures,
        "demo": figures["demo"],
        "month": telling.month_name(figures["period"]["month"]),
        "submitted_at": telling.moment(figures["submitted_at"]),
        "frozen_at": snapshot.frozen_at,
        "digest": snapshot.digest,
        "digest_short": f"{snapshot.digest[:4]} {snapshot.digest[4:8]}…{snapshot.digest[-4:]}",
        "sections": [{"number": NUMERALS[no], "title": title, "template": f"services/paper/_{name}.html"} for no, (name, title, _) in enumerate(parts)],
        "summary": telling.summary(figures),
        "folded": telling.folded(figures),
        "groups": [(title, [line | {"drawn": _bar(line)} for line in lines]) for title, lines in telling.groups(figures)],
        "area_columns": telling.area_columns(figures),
        "area_rows": telling.area_rows(figures),
        "area_totals": [telling.amount(value) for value in figures["areas"]["totals"]],
        "activities": telling.activities(figures),
        "chart": _chart(figures["sessions"]),
        "not_counting": telling.not_counting(figures),
        "corrections": telling.corrections(figures),
        "texts": {name: telling.paragraphs(text) for name, text in figures["texts"].items()},
        "photos": figures["photos"],
    }  # fmt: skip


# (template, title, whether the report has it)
SECTIONS = (
    ("indicators", "指标完成情况", lambda figures: True),
    ("activities", "本月服务", lambda figures: figures["activities"] or figures["sessions"]["rows"]),
    ("problems", "问题与措施", lambda figures: True),
    ("not_counting", "不计入的记录", lambda figures: figures["not_counting"]),
    ("corrections", "已接收月报的更正", lambda figures: figures["corrections"]),
    ("highlight", "典型事例", lambda figures: figures["texts"]["highlight"]),
    ("next_month", "下月计划", lambda figures: True),
    ("photos", "活动照片", lambda figures: figures["photos"]),
)


def _bar(line):
    value, floor, expected, forecast = (
        None if line[name] is None else Decimal(line[name]) for name in ("bar", "floor", "expected", "forecast")
    )
    return drawing.bar(value, floor, expected=expected, forecast=forecast, kind=line["kind"])


def _chart(sessions):
    rows = sessions["rows"]
    if not rows:
        return ""
    series = [("直接服务", [row["direct"] for row in rows]), ("间接服务", [row["indirect"] for row in rows])]
    return drawing.columns([f"{telling.day(row['month']).month}月" for row in rows], series, unit="次")
