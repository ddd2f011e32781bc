"""What became of a case, put beside it as facts that indicators may count; part of the act that changed it."""

from caseload.models import Case
from caseload.queries.outcomes import scales_of
from caseload.rules import outcomes


def note_outcomes(case):
    """Bring the facts of goals and scales up to date, under the lock of the act that calls it; returns the case."""
    counted = outcomes.counted(case.goals, scales_of(case))
    facts = {name: value for name, value in {**case.facts, **counted}.items() if value is not None}
    if facts != case.facts:
        Case.objects.filter(pk=case.pk).update(facts=facts)
        case.facts = facts
    return case
