"""What a text must not tell an evaluator: whom a file is about, who came, who is named besides, which organisation it was."""

import re

from caseload.models import RegisterEntry
from caseload.queries import members_of
from caseload.queries.samples import known_of, known_of_household, people_named
from caseload.rules.people import normal_name
from caseload.rules.scrubbing import Known, scrub
from evaluations.queries.samples import about, household_of
from services.models import Attendance
from tenancy.permissions import ROLES

# Nothing that is counted in a file has so many digits: what is left of a cut or mistyped telephone or identity number.
LONG_NUMBER = re.compile(r"(?<![\d.])\d{7,}[Xx]?(?![\d.])")


class Hiding:
    """The values to take out of the texts of one sampled file; `texts` are all of them, `named` {organisation: its other name}."""

    def __init__(self, known, texts, named, contract):
        whole = "\n".join(filter(None, texts))
        guests = Attendance.objects.all()
        self._labels = _labels_in(contract, whole, named)
        self._known = [*known, *people_named(whole, besides=[guests])]

    def __call__(self, text):
        """The text without what tells whose it is."""
        text = str(text or "")
        for label, stands_for in self._labels:
            text = text.replace(label, stands_for)
        return LONG_NUMBER.sub("【号码】", scrub(text, self._known))


def _labels_in(contract, text, named):
    """[(label, what stands for it)] of the contract's labelled register entries (volunteers, points) in the text, long ones first."""
    labels = RegisterEntry.objects.filter(contract=contract).exclude(label="").order_by()
    found = {label for label in labels.values_list("label", flat=True).distinct() if label in text}
    return [(label, named.get(label, "【名册对象】")) for label in sorted(found | {one for one in named if one in text}, key=lambda one: (-len(one), one))]  # fmt: skip


def known_of_sample(sample):
    """Everything known of the people of a sampled file (rules.scrubbing.Known)."""
    if sample.case:
        return known_of(sample.case)
    return _of_group(sample.group) if sample.group else _of_record(sample.record)


def _of_group(group):
    people = [_person("【组员】", row) for row in members_of(group)]
    came = Attendance.objects.filter(record__group=group)
    return [*people, *_came(came), Known("【社工】", names=(group.leader.account.name,))]


def _of_record(record):
    household = household_of(record)
    home = known_of_household(household, person=about(record)) if household else []
    workers = {one.account.name for one in (record.created_by, record.decided_by) if one}
    return [*home, *_came(Attendance.objects.filter(record=record)), Known("【社工】", names=tuple(sorted(workers)))]


def _came(rows):
    """Those who signed in, each once."""
    return [_person("【参加者】", row) for row in {row.name_index or row.pk: row for row in rows}.values()]


def _person(stands_for, row):
    phone = row.phone.reveal()
    return Known(stands_for, (normal_name(row.name.reveal()),), (phone,) if phone else ())


def for_reader(member, contract, texts):
    """What a text that the parties wrote to each other goes through before a member reads it: as it is, or, for an evaluator,
    without the people served.

    Returns a function of a text; `texts` are all that it will be given, so that names are looked up once for all of them.
    """
    if ROLES[member.role].side != "evaluator":
        return str
    texts = [text for text in texts if text]
    return Hiding([], texts, {}, contract) if texts else str


def as_told(round, member):
    """The round with what its parties wrote as the member may read it; for showing only, never to be saved."""
    written = {name: getattr(round, name) for name in ("statement", "opinion", "decision")}
    hide = for_reader(member, round.contract, written.values())
    for name, text in written.items():
        setattr(round, name, hide(text))
    return round
