"""What the system knows for a case's form: facts that are printed and never typed, answers that the file holds already."""

from datetime import date

from caseload import queries
from caseload.models import CasePaper
from caseload.queries.outcomes import scales_of
from caseload.rules import outcomes
from caseload.rules.forms import COUNTED


def fact_lines(case, form, *, handles, paper=None):
    """[(label, text)] of what the system knows and the form prints; sealed words only for those who handle the case."""
    lines = []
    for name in form.facts:
        if name == "version":
            number = paper.version if paper else CasePaper.objects.filter(case=case, kind=form.kind, is_draft=False).count() + 1  # fmt: skip
            lines.append(("次序", COUNTED[form.kind].format(number)))
        elif name == "provider":
            lines.append(("服务机构", case.contract.provider.name))
        elif name == "is_crisis":
            lines.append(("危机个案", "是" if case.is_crisis else "否"))
        elif name == "problem":
            lines += [("主要问题", case.problem.reveal())] if handles and case.problem else []
        elif name != "goals":
            value = getattr(case, name)
            told = f"{value:%Y-%m-%d}" if isinstance(value, date) else value
            lines += [(str(case._meta.get_field(name).verbose_name), told)] if told else []
    return lines


def known_answers(case, kind):
    """The answers that the file holds already, for a form that is opened anew; an older plan for its next version."""
    if kind == "intake":
        return {"problems": case.problem.reveal(), "community_opinion": case.community_opinion}
    if kind == "plan":
        last = queries.case_papers(case).filter(kind="plan").last()
        answers = queries.answers_of(last) if last else {}
        return {name: text for name, text in answers.items() if name != "revision"}
    if kind == "process":
        return {"scales": _known_scales(case)}
    if kind == "evaluation":
        lines = [f"{goal['title']}：{goal['before']} → {goal['now']}，要达到 {goal['target']}" for goal in case.goals if goal.get("now")]  # fmt: skip
        return {"attained": "\n".join(lines), "scales": _known_scales(case)}
    return {}


def _known_scales(case):
    """Lines of the scales that were measured before, for the next score."""
    return [
        {"name": one.name, "full": f"{one.full:f}", "direction": outcomes.DIRECTIONS[not one.is_low_good], "score": ""}
        for one in scales_of(case)
    ]
