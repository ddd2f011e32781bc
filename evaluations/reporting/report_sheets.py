"""The Excel file of a round's report: real numbers, a sheet for each table."""

from decimal import Decimal

from documents.render.workbook import Column, Sheet, write
from tenancy.clock import SHANGHAI


def workbook(figures, *, created):
    """The file as bytes; the same figures give the same bytes."""
    mark = "草稿" if figures["is_draft"] else ""
    title = f"{figures['contract']['short_title']}　{figures['title']}报告{f'（{mark}）' if mark else ''}"
    notes = [
        f"{figures['number']}；{figures['contract']['provider']}；事实截至 {figures['cutoff']}；{figures['state']}",
        f"事实摘要 SHA-256 {figures['facts_digest']}；报告摘要 SHA-256 {figures['digest']}",
    ]
    sheets = [_summary(figures), _items(figures), _scorers(figures), _facts(figures), _sample(figures)]
    for sheet in sheets:
        sheet.title, sheet.notes, sheet.mark = f"{title}　{sheet.name}", notes, mark
    return write(sheets, title=title, author="扶约", created=created, demo=figures["demo"])


def _decimal(text):
    return None if text in (None, "") else Decimal(text)


def _day(moment):
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def _summary(figures):
    columns = [
        Column("评分方", width=24),
        Column("权重", "percent", 9),
        Column("评分人数", "whole", 10),
        Column("汇总办法", width=22),
        Column("得分", "number", 10),
        Column("满分", "number", 10),
        Column("折合", "number", 12),
    ]
    rows = [
        [row["title"], _decimal(row["weight"]) / 100, row["scorers"], row["aggregate"], _decimal(row["points"]), _decimal(row["marks"]), _decimal(row["worth"])]
        for row in figures["parties"]
    ]  # fmt: skip
    said, worked = figures["conclusion"], figures["worked"]
    total = [
        "总分",
        None,
        None,
        f"{said['result']}{said['grade'] and '，' + said['grade']}" if said else "未出结论",
        _decimal(worked.get("points")),
        _decimal(figures["full_marks"]),
        None,
    ]
    return Sheet("总表", columns, rows, total=total)


def _items(figures):
    heads = [(row["code"], row["title"]) for row in figures["parties"] if row["items"]]
    columns = [
        Column("评分项", width=24), Column("满分", "number", 8), *(Column(title, "number", 14) for _code, title in heads), Column("合议", width=8), Column("系统带出的事实", width=56), Column("评分标准", width=40),
    ]  # fmt: skip
    rows = []
    for dimension in figures["dimensions"]:
        marks = f"　{dimension['marks']} 分" if dimension["marks"] else ""
        rows.append(f"{dimension['title']}{marks}")
        for item in dimension["items"]:
            given = {row["code"]: row for row in item["given"]}
            told = "；".join(
                [*(f"{fact['title']}：{fact['told']}" for fact in item["facts"]), *filter(None, [item["late"]])]
            )
            agreed = "是" if any(row["agreed"] for row in item["given"]) else ""
            rows.append([f"{item['code']} {item['title']}", _decimal(item["marks"]), *(_decimal(given.get(code, {}).get("points")) for code, _title in heads), agreed, told, item["standard"]])  # fmt: skip
    return Sheet("逐项", columns, rows)


def _scorers(figures):
    columns = [
        Column("评分方", width=16), Column("评分人", width=16), Column("机构", width=24), Column("评分项", width=24), Column("得分", "number", 9), Column("满分", "number", 9), Column("评语与依据", width=56),
        Column("签名时间", width=18), Column("评分表摘要", width=68),
    ]  # fmt: skip
    items = [item for dimension in figures["dimensions"] for item in dimension["items"]]
    rows = []
    for one in figures["people"]:
        signed = [_day(one["signed_at"]), one["digest"]]
        rows += [
            [one["party"], one["name"], one["organisation"], f"{item['code']} {item['title']}", _decimal(own["points"]), _decimal(item["marks"]), own["note"], *signed]
            for item in items
            if (own := one["items"].get(item["code"]))
        ]  # fmt: skip
        rows.append(
            [
                one["party"],
                one["name"],
                one["organisation"],
                "合计",
                _decimal(one["total"]),
                _decimal(one["marks"]),
                one["opinion"],
                *signed,
            ]
        )
    return Sheet("各评分人", columns, rows)


def _facts(figures):
    columns = [
        Column("指标", width=28), Column("要求", width=16), Column("实际", width=16), Column("完成率", "percent", 10), Column("状态", width=10), Column("说明", width=50), Column("还差", width=30), Column("不计入", "whole", 9), Column("条款", width=24),
    ]  # fmt: skip
    rows = [
        [f"{row['code']} {row['title']}", row["required"], row["actual"], _share(row["completion"]), row["status_told"], row["told"], row["missing"], row["not_counting"], row["clause"]]
        for row in figures["facts"]
    ]  # fmt: skip
    return Sheet("事实", columns, rows)


def _share(percent):
    return None if percent in (None, "") else Decimal(percent) / 100


def _sample(figures):
    sample = figures["sample"]
    columns = [Column("样本号", width=10), Column("类型", width=24), Column("月份和单位", width=36)]
    rows = [list(line) for line in sample["lines"]] if sample else []
    if sample:
        rows.append(
            f"种子 {sample['seed']}，规则 {sample['rule']}，总体 {sample['pool']} 份，抽样时间 {_day(sample['drawn_at'])}"
        )
        rows.append(f"总体摘要 SHA-256 {sample['digest']}")
    return Sheet("样本目录", columns, rows)
