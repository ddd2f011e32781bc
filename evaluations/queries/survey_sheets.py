"""The workbook of a survey: what it came to, and every original answer without a person."""

from documents.render import workbook as book
from documents.render.workbook import Column, Sheet
from evaluations.queries import surveys as queries
from evaluations.rules import questionnaires as q
from evaluations.rules import surveys as rules
from tenancy.clock import SHANGHAI


def workbook(survey, *, member, at):
    """The bytes of the workbook as the member may read it: two sheets, results and originals."""
    questionnaire = queries.read_questionnaire(survey)
    mark = f"{member.account.name} 导出于 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    sheets = [_results(survey, questionnaire, mark), _originals(survey, questionnaire, member, mark)]
    return book.write(sheets, title=survey.title, author=survey.collector.short_name, created=at)


def _results(survey, questionnaire, mark):
    found = queries.results(survey, questionnaire)
    rows = [_row("全部", found.whole), "按方式（各自计算，不相加）"]
    rows += [_row(rules.WAYS[way], tally) for way, tally in found.ways.items()]
    rows += ["按街道和类别", *(_row(label, tally) for label, _, tally in queries.strata_lines(survey, found))]
    rows += ["按维度", *(_row(name, tally) for name, tally in found.dimensions.items())]
    for question, counts, total in found.questions:
        rows += [
            question.text,
            *([word, number, total, None, rules.percent(number, total), None] for word, number in counts),
        ]
    columns = [Column("项目", width=30), Column("满意份数", "whole"), Column("有效份数", "whole"), Column("回收份数", "whole"), Column("比率 %", "number"), Column("平均分", "number")]  # fmt: skip
    notes = [
        f"{survey.get_side_display()}调查：{survey.collector.name}",
        questionnaire.told_rule,
        f"抽样种子 {survey.seed or '—'}",
    ]
    return Sheet("结果", columns, rows, title=survey.title, notes=notes, mark=mark)


def _row(name, tally):
    return [name, tally.satisfied, tally.judged, tally.came, tally.rate, tally.mean]


def _originals(survey, questionnaire, member, mark):
    rows, found = [], list(queries.originals(survey))
    words = queries.original_words(found, member)
    for number, row in enumerate(found, 1):
        void = getattr(row, "void", None)
        told = [words.get(row.pk, {}).get(one.code, "") if one.kind == q.TEXT else one.word(row.answers.get(one.code)) for one in questionnaire.questions]  # fmt: skip
        rows.append([
            number, row.at.astimezone(SHANGHAI).date(), rules.WAYS[row.way], row.batch, row.serial, row.street.name if row.street else "", *told,
            "作废：" + void.reason if void else "有效" if row.is_valid else "无效",
        ])  # fmt: skip
    head = [
        Column("序号", "whole", 6),
        Column("日期", "date"),
        Column("方式"),
        Column("批次"),
        Column("卷号"),
        Column("街道（乡镇）", width=16),
    ]
    asked = [Column(one.text, width=18) for one in questionnaire.questions]
    notes = ["原始答卷，不含姓名和联系方式；只作核对，不得追查填写人"]
    return Sheet(
        "原始答卷", [*head, *asked, Column("效力", width=18)], rows, title=survey.title, notes=notes, mark=mark
    )
