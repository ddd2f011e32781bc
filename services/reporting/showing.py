"""What the page of a report shows, for whoever reads, writes or reviews it."""

from services.queries import reports as queries
from services.reporting import telling
from services.rules import reports as rules

TEXT_HINTS = {
    "problems": "进度落后的指标、原因、措施、负责人和日期",
    "highlight": "一两个事例；隐去姓名，征得本人同意",
    "next_month": "下月要做完的事和日期",
}


def page_of(member, report, *, on):
    """The context of the report page. Whoever writes sees live figures, everybody else the frozen ones."""
    figures, is_live = queries.shown_figures(member, report)
    moves = queries.moves_of(report)
    writes, reviews = queries.may_write(member, report), queries.may_review(member, report)
    found = queries.check(report, moves) if reviews else None
    return {
        "report": report,
        "contract": report.contract,
        "figures": figures,
        "is_live": is_live,
        "month": telling.month_name(report.month),
        "cut_off": telling.day(figures["period"]["last"]),
        "may_write": writes,
        "may_review": reviews,
        "summary": telling.summary(figures),
        "folded": telling.folded(figures),
        "groups": telling.groups(figures),
        "activities": telling.activities(figures),
        "area_columns": telling.area_columns(figures),
        "area_rows": telling.area_rows(figures),
        "area_totals": [telling.amount(value) for value in figures["areas"]["totals"]],
        "not_counting": telling.not_counting(figures),
        "corrections": telling.corrections(figures),
        "photos": figures["photos"],
        "texts": texts(report, figures, is_live),
        "missing": rules.missing_texts({name: getattr(report, name) for name in rules.TEXTS}) if writes else [],
        "check": found,
        "doubtful": {(row.indicator, row.part) for row in found.differences} if found else set(),
        "drafted_reason": rules.drafted_return(found.differences) if found else "",
        "changes": queries.changes_since_last_round(moves),
        "history": history(moves),
        "late": queries.days_late(report, on),
    }


def texts(report, figures, is_live):
    """The agency's words: those being written, or those that were handed in."""
    source = {name: getattr(report, name) for name in rules.TEXTS} if is_live else figures["texts"]
    return [
        {
            "name": name,
            "label": label,
            "value": source[name],
            "lines": telling.paragraphs(source[name]),
            "hint": TEXT_HINTS[name],
            "optional": name not in rules.REQUIRED,
        }
        for name, label in rules.TEXTS.items()
    ]


def history(moves):
    """The steps, newest first, as components/timeline.html takes them."""
    rounds, told = 0, []
    for move in moves:
        rounds += move.verb == "submit"
        text = f"第 {rounds} 次提交" if move.verb == "submit" else rules.VERB_LABELS[move.verb]
        told.append(
            {"at": move.at, "text": text, "by": move.by.account.name if move.by else "系统", "note": move.reason}
        )
    return told[::-1]
