"""What a page and a paper say of a report's figures (the plain data of figures.py): words, groups, columns. Pure."""

from datetime import date, datetime

from services.indicators.phrases import number
from tenancy.templatetags.fuyue import statuses

NOTHING = "—"
GROUPS = {"hard": "合同指标", "plan": "计划指标", "soft": "仅报告"}
# The order in which the summary counts, with what each is called there.
STATES = (
    "met",
    "on_pace",
    "watch",
    "behind",
    "missed",
    "over",
    "papers_missing",
    "unconfirmed",
    "not_started",
    "not_applicable",
    "missing_parameter",
)


def amount(value, percent=False):
    """12.50 → 12.5, a share with %, nothing as an em dash."""
    return NOTHING if value is None else f"{number(value).replace('-', '−')}{'%' if percent else ''}"


def day(text):
    """The date of an ISO text; a date stays one."""
    return date.fromisoformat(text) if isinstance(text, str) else text


def moment(text):
    """The moment of an ISO text; a datetime stays one."""
    return datetime.fromisoformat(text) if isinstance(text, str) else text


def groups(figures):
    """[(title, lines)] of the indicator table, people in post left out; each line is ready to be shown."""
    made = []
    for force, title in GROUPS.items():
        lines = [line(row) for row in figures["indicators"] if row["force"] == force and not row["folded"]]
        if lines:
            made.append((title, lines))
    return made


def line(row):
    """One indicator: name, numbers as text, and what the bar needs."""
    return {
        "id": row["id"],
        "title": row["title"],
        "unit": "" if row["percent"] else row["unit"],
        "clause": row["clause"],
        "target": row["target"],
        "month": amount(row["month"]),
        "value": amount(row["value"], row["percent"]),
        "rate": amount(row["rate"], percent=True),
        "bar": row["value"] if row["floor"] is not None else None,
        "floor": row["floor"],
        "expected": row["expected"],
        "forecast": row["forecast"],
        "status": row["status"],
        "kind": statuses.find(row["status"]).kind,
        "note": row["note"],
        "not_counting": row["not_counting"],
        "pending": row["pending"],
    }


def summary(figures):
    """截至 2024年10月31日，16 项有目标的指标中 8 项达标，4 项关注，1 项落后。合同服务期已过 54%，距完成时限……"""
    states, time = figures["states"], figures["time"]
    parts = [f"{states[code]} 项{statuses.find(code).word}" for code in STATES if states.get(code)]
    total = sum(states.values())
    told = f"截至 {full_day(figures['period']['last'])}，{total} 项有目标的指标中 {'，'.join(parts)}。" if total else ""
    left = (
        f"距完成时限 {full_day(time['deadline'])}还有 {time['workdays_left']} 个工作日{'（暂定）' if time['provisional'] else ''}"
        if time["workdays_left"]
        else f"完成时限 {full_day(time['deadline'])}已过"
    )
    return f"{told}合同服务期已过 {time['percent']}%，{left}。"


def full_day(text):
    """2024年10月31日"""
    told = day(text)
    return f"{told.year}年{told.month}月{told.day}日"


def folded(figures):
    """另有 6 项人员配备指标，其中 1 项未达标：联络员。 — or nothing."""
    rows = [row for row in figures["indicators"] if row["folded"]]
    short = [row["title"] for row in rows if row["status"] != "met"]
    if not rows:
        return ""
    rest = f"其中 {len(short)} 项未达标：{'、'.join(short)}" if short else "全部达标"
    return f"另有 {len(rows)} 项人员配备指标，{rest}。"


def activities(figures):
    """[[(text, is a number), …], …]: one sentence part a kind of activity, so that a page can mark its numbers."""
    return [_activity(kind) for kind in figures["activities"]]


def _activity(kind):
    parts = [(f"{kind['label']} ", False), (number(kind["number"]), True), (" 次", False)]
    if kind["reached"]:
        parts += [("，涉及 ", False), (number(kind["reached"]), True), (f" {_counted(kind['reached_unit'])}", False)]
    if kind["direct"] is not None:
        parts += [("，其中直接服务 ", False), (number(kind["direct"]), True), (" 次", False)]
    if kind["participants"] is not None:
        parts += [("，参加 ", False), (number(kind["participants"]), True), (" 人次", False)]
    return parts


def _counted(unit):
    return {"个案": "例个案", "小组": "个小组"}.get(unit, unit)


def area_columns(figures):
    """Heads of the table of areas: 社区活动（场，最低 4）."""
    told = []
    for column in figures["areas"]["columns"]:
        least = f"，最低 {number(column['minimum'])}" if column["minimum"] is not None else ""
        told.append({"title": column["title"], "under": f"{column['unit']}{least}"})
    return told


def area_rows(figures):
    """[(area, [(value, what is short or "")])]"""
    return [
        (
            row["name"],
            [
                (amount(cell["value"]), f"差 {number(cell['short'])}" if cell["short"] is not None else "")
                for cell in row["cells"]
            ],
        )
        for row in figures["areas"]["rows"]
    ]


def corrections(figures):
    """The list of corrections, each value as text."""
    return [
        {**row, "month": f"{day(row['month']).month}月", "before": amount(row["before"]), "after": amount(row["after"])}
        for row in figures["corrections"]
    ]


def not_counting(figures):
    """The rows that don't count, with their days as dates."""
    return [
        {
            **part,
            "rows": [{**row, "day": day(row["day"]), "reasons": "；".join(row["reasons"])} for row in part["rows"]],
        }
        for part in figures["not_counting"]
    ]


def paragraphs(text):
    """What somebody typed, a paragraph a line."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def month_name(text):
    """2024年10月"""
    told = day(text)
    return f"{told.year}年{told.month}月"
