"""What quality control finds of a case or a group as a whole: facts that indicators look at, e.g. whether its records are in order."""

from django.db import transaction

from tenancy import audit
from tenancy.problems import Refused


@transaction.atomic
def note_findings(subject, *, facts, by, at):
    """Keep findings beside what is known of a Case or a Group already; returns it as it is now. None takes a finding back.

    Raises Refused for what is not begun or was taken back.
    """
    model, name = type(subject), subject._meta.model_name
    locked = model.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    begun = locked.opened_on if name == "case" else locked.first_session_on
    if begun is None or locked.state in ("refused", "withdrawn"):
        raise Refused("还没有接案，不能核定" if name == "case" else "小组还没有活动，不能核定")
    known = {**locked.facts, **facts}
    locked.facts = {word: value for word, value in known.items() if value is not None}
    locked.save(update_fields=["facts"])
    if name == "case":
        audit.record("case.findings", by=by, at=at, target=locked, facts=sorted(facts))
    else:
        audit.record("group.findings", by=by, at=at, target=locked, facts=sorted(facts))
    return locked
