"""The Excel file of a report that was handed in: real numbers from its snapshot, a sheet for each table."""

from decimal import Decimal

from documents.render.workbook import Column, Sheet, write
from services.reporting import telling
from services.rules.reports import TEXTS
from tenancy.templatetags.fuyue import statuses


def workbook(snapshot):
    """The file as bytes; the same snapshot gives the same bytes."""
    figures = snapshot.data
    month = telling.month_name(figures["period"]["month"])
    title = f"{figures['contract']['short_title']} {month}月报"
    notes = [
        f"{figures['contract']['provider']}；{figures['number']}（第 {figures['round']} 次提交）；截至 {figures['period']['last']}",
        f"数据固定摘要 SHA-256 {snapshot.digest}",
    ]
    sheets = [
        sheet
        for sheet in (
            _indicators(figures),
            _areas(figures),
            _activities(figures),
            _own_fields(figures),
            _sessions(figures),
            _not_counting(figures),
            _corrections(figures),
            _texts(figures),
        )
        if sheet.rows
    ]
    for sheet in sheets:
        sheet.title, sheet.notes = f"{title}　{sheet.name}", notes
    return write(
        sheets, title=title, author=figures["contract"]["provider"], created=snapshot.frozen_at, demo=figures["demo"]
    )


def _decimal(value):
    return None if value is None else Decimal(str(value))


def _share(value):
    """A value in percent as the share that Excel formats."""
    return None if value is None else Decimal(str(value)) / 100


def _indicators(figures):
    columns = [
        Column("指标", width=24), Column("单位", width=10), Column("目标", "number", 10), Column("本月", "number", 9), Column("累计", "number", 10), Column("完成率", "percent", 9),
        Column("应达", "number", 9), Column("预测", "number", 9), Column("状态", width=9), Column("说明", width=34), Column("待审核", "whole", 8), Column("不计入", "whole", 8), Column("条款", width=24),
    ]  # fmt: skip
    rows = []
    for force, title in telling.GROUPS.items():
        found = [row for row in figures["indicators"] if row["force"] == force]
        rows += [title, *(_indicator(row) for row in found)] if found else []
    return Sheet("指标完成情况", columns, rows)


def _indicator(row):
    return [
        row["title"], "%" if row["percent"] else row["unit"], _target(row), _decimal(row["month"]), _value(row), _share(row["rate"]),
        _decimal(row["expected"]), _decimal(row["forecast"]), statuses.find(row["status"]).word, row["note"], row["pending"], row["not_counting"], row["clause"],
    ]  # fmt: skip


def _value(row):
    return ("percent", _share(row["value"])) if row["percent"] else _decimal(row["value"])


def _target(row):
    """A number where the target is one; words where it is a range or none."""
    if row["floor"] is None or row["target"] != telling.amount(row["floor"], row["percent"]):
        return row["target"]
    return ("percent", _share(row["floor"])) if row["percent"] else _decimal(row["floor"])


def _areas(figures):
    heads = [
        Column(f"{column['title']}（{column['under']}）", "number", 14) for column in telling.area_columns(figures)
    ]
    rows = [[row["name"], *(_decimal(cell["value"]) for cell in row["cells"])] for row in figures["areas"]["rows"]]
    total = ["全合同", *map(_decimal, figures["areas"]["totals"])]
    return Sheet("分街镇情况", [Column("街镇", width=14), *heads], rows if heads else [], total=total)


def _activities(figures):
    columns = [
        Column("活动", width=18),
        Column("次数", "whole", 9),
        Column("涉及", "whole", 9),
        Column("单位", width=8),
        Column("直接服务（次）", "whole", 12),
        Column("参加（人次）", "whole", 12),
    ]
    rows = [
        [
            kind["label"],
            kind["number"],
            kind["reached"] or None,
            kind["reached_unit"],
            kind["direct"],
            kind["participants"],
        ]
        for kind in figures["activities"]
    ]
    return Sheet("本月服务", columns, rows, total=["合计", sum(row[1] for row in rows), None, None, None, None])


def _own_fields(figures):
    columns = [
        Column("活动", width=18),
        Column("专用字段", width=20),
        Column("选项", width=16),
        Column("次数", "whole", 9),
        Column("合计", "number", 12),
        Column("平均", "number", 12),
    ]
    rows = [
        [
            row["activity"],
            row["field"],
            row["choice"] or None,
            row["number"],
            _decimal(row["sum"]),
            _decimal(row["mean"]),
        ]
        for row in figures["own_fields"]
    ]
    return Sheet("本月专用字段", columns, rows)


def _sessions(figures):
    columns = [
        Column("月份", width=12),
        Column("直接服务（次）", "whole", 14),
        Column("间接服务（次）", "whole", 14),
        Column("合计（次）", "whole", 12),
    ]
    rows = [
        [telling.month_name(row["month"]), row["direct"], row["indirect"], row["direct"] + row["indirect"]]
        for row in figures["sessions"]["rows"]
    ]
    return Sheet("逐月服务", columns, rows, total=["合计", *(sum(row[no] for row in rows) for no in (1, 2, 3))])


def _not_counting(figures):
    columns = [
        Column("指标", width=20),
        Column("日期", "date", 12),
        Column("记录", width=28),
        Column("街镇", width=16),
        Column("不计入的原因", width=56),
    ]
    rows = [
        [part["title"], row["day"], row["title"], row["place"], row["reasons"]]
        for part in telling.not_counting(figures)
        for row in part["rows"]
    ]
    return Sheet("不计入的记录", columns, rows)


def _corrections(figures):
    columns = [
        Column("月份", width=12),
        Column("指标", width=24),
        Column("单位", width=8),
        Column("原报", "number", 10),
        Column("更正为", "number", 10),
        Column("原因", width=46),
    ]
    rows = [
        [
            telling.month_name(row["month"]),
            row["title"],
            row["unit"],
            _decimal(row["before"]),
            _decimal(row["after"]),
            row["reason"],
        ]
        for row in figures["corrections"]
    ]
    return Sheet("更正", columns, rows)


def _texts(figures):
    rows = [[label, figures["texts"][name]] for name, label in TEXTS.items() if figures["texts"][name]]
    return Sheet("文字", [Column("部分", width=14), Column("内容", width=80)], rows)
