"""What the system holds when a round opens: every indicator as measured at the cut-off, and how the reports came in."""

from fractions import Fraction

from django.db.models import Min, Q

from documents import canonical
from evaluations.queries.outstanding import missing_of
from services.indicators import status, telling
from services.indicators.measure import measure_contract, plain_number
from services.indicators.promise import lower
from services.models import MonthlyReport
from services.queries import periodic
from services.queries.asked import Questions
from tenancy import clock, workdays
from tenancy.templatetags.fuyue import statuses

HUNDRED = Fraction(100)


def collect(contract, *, on):
    """The facts of all items at the end of the day, in canonical form: {"cutoff", "items": {indicator code: …}, "reports": …}.

    The figures are those of measure_contract(on), digit for digit. No person is named in them.
    """
    questions = Questions(contract)
    table = measure_contract(contract, on=on)
    return canonical.plain(
        {
            "cutoff": on,
            "items": {row.code: item(row, on=on, labels=questions.words) for row in table.rows},
            "reports": reports(contract, questions, on=on),
        }
    )


def item(row, *, on, labels):
    """One measured indicator as an item of a sheet shows it. `completion` and `pace` are percent, cut to hundredths."""
    actual = telling.amount(row, row.value)
    unit = "" if row.is_percent else row.unit
    return {
        "code": row.code,
        "title": row.indicator.title,
        "clause": row.indicator.clause,
        "unit": unit,
        "required": f"{row.target_text} {unit}".strip() if row.target else row.target_text,
        "actual": f"{actual} {unit}".strip() if row.value is not None else actual,
        "value": row.value,
        "numerator": _plain(row.number / row.promise.scale) if not row.missing else None,
        "denominator": _plain(row.divisor) if not row.missing else None,
        "completion": _percent(row.completion),
        "pace": _percent(_pace(row, on)),
        "status": row.status,
        "status_told": statuses.find(row.status).word,
        "told": _told(row, labels),
        "missing": "" if row.is_met or not row.target else missing_of(row),
        "pending": row.pending,
        "not_counting": row.not_counting,
    }


def _plain(number):
    return plain_number(status.cut(number, 2)).replace(",", "")


def _percent(share):
    return None if share is None else plain_number(status.cut(share * HUNDRED, 2)).replace(",", "")


def _pace(row, on):
    """What is there as a share of what is due by the day, or the completion where nothing flows; None before it begins."""
    if row.status in ("not_started", "missing_parameter", "not_applicable"):
        return None
    floor = lower(row.target) if row.target else None
    if not row.promise.is_paced or not floor:
        return row.completion
    gone, total = status.days(row.promise, on)
    return Fraction(row.number) * total / (Fraction(floor) * gone) if gone else None


def _told(row, labels):
    """已计 5 场次，应达 4；差 3 场次 — as the sheet says it beside the item."""
    parts = []
    if row.cells is not None:
        met, judged, _total = row.cells
        parts.append(f"{judged} {telling.cell_word(row.promise)}中 {met} {telling.cell_word(row.promise)}做到")
    elif row.value is not None:
        unit = "" if row.is_percent else f" {row.unit}"
        parts.append(f"已计 {telling.amount(row, row.value)}{unit}".rstrip())
        if row.promise.is_ratio:
            parts.append(telling.bar_note(row))
    if row.expected is not None:
        parts.append(f"应达 {plain_number(row.expected)}")
    parts.append(telling.note(row, labels))
    return "，".join(filter(None, parts))


def reports(contract, questions, *, on):
    """How the monthly reports and the papers that come period after period were handed in up to the day, in numbers."""
    calendar = workdays.calendar()
    states = [_report_state(row, calendar, on) for row in _monthly(contract)] + [
        _cell_state(cell, on) for line in periodic.lines(contract, questions, on=on) for cell in line.cells
    ]
    counted = {name: states.count(name) for name in ("in_time", "late", "missing")}
    told = [f"{word} {counted[name]}" for name, word in (("in_time", "按时"), ("late", "迟交"), ("missing", "未交"))]
    # Whoever has not handed it in by now is late with it as well.
    return {
        "due": sum(counted.values()),
        "in_time": counted["in_time"],
        "late": counted["late"] + counted["missing"],
        "late_handed_in": counted["late"],
        "missing": counted["missing"],
        "told": f"应交 {sum(counted.values())} 份：{'、'.join(told)}" if any(counted.values()) else "还没有到期的报告",
    }


def _monthly(contract):
    handed = Min("moves__at", filter=Q(moves__verb="submit"))
    return MonthlyReport.objects.filter(contract=contract, due_on__isnull=False).annotate(handed_at=handed)


def _report_state(report, calendar, on):
    handed = clock.day_of(report.handed_at) if report.handed_at else None
    if handed is not None and handed <= on:
        return "late" if calendar.between(report.due_on, handed) > 0 else "in_time"
    return "missing" if on > report.due_on and calendar.between(report.due_on, on) > 0 else ""


def _cell_state(cell, on):
    if cell.paper is not None and cell.paper.delivered_on <= on:
        return "late" if cell.is_late else "in_time"
    return "missing" if cell.period.is_closed(on) else ""
