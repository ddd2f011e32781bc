"""The forms of a household's file: a draft that is kept, a form that is filed whole and writes the ledger, an opened one remembered."""

import json

from django.db import transaction

from caseload import queries
from caseload.actions import changes, registers
from caseload.actions.completeness import refresh_file
from caseload.models import Household, HouseholdPaper, Person
from caseload.rules import household_forms as forms
from caseload.rules import ledger
from caseload.rules.disclosure import is_minor
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Refused


@transaction.atomic
def add_household_paper(household, *, kind, filled_on, by, at, file=None, data=None, at_home=False):
    """Put a paper into the household's file: a stored file, or the form's own fields as {name: text}.

    `at_home` says that a needs survey was filled in the family's home, as the contract asks of a new file.
    """
    if file is None and not data:
        raise Refused("上传文件，或填写内容")
    paper = _lay(household, kind, filled_on, data, file, at_home=at_home, by=by, at=at)
    audit.record("household.paper_added", by=by, at=at, target=household, kind=kind)
    return paper


def _lay(household, kind, on, data, file, *, at_home, by, at):
    """The paper itself, told to the register of files; without an audit event of its own."""
    if on > day_of(at):
        raise Refused("日期不得晚于今天")
    text = json.dumps(data, ensure_ascii=False) if data else ""
    paper = HouseholdPaper.objects.create(
        household=household, kind=kind, file=file, data=text, filled_on=on, filled_by=by, created_at=at
    )
    facts = {"home_survey_done": True} if at_home and kind == ledger.NEEDS_SURVEY else {}
    entry = queries.file_entry(household)
    if entry is not None:
        registers.note(entry, papers=[kind], facts=facts)
    refresh_file(household, at=at)
    return paper


@transaction.atomic
def keep_household_draft(household, *, kind, answers, lines, on, by, at):
    """Keep what is written so far of a form; nothing need be complete, and there is one draft of a form at a time."""
    _locked(household, by)
    data = {**forms.answers(forms.FORMS[kind], answers), "lines": forms.lines(kind, lines)}
    known = {"data": json.dumps(data, ensure_ascii=False), "filled_on": on, "filled_by": by, "created_at": at}
    draft, _ = HouseholdPaper.objects.update_or_create(household=household, kind=kind, is_draft=True, defaults=known)
    audit.record("household.draft_kept", by=by, at=at, target=household, kind=kind)
    return draft


@transaction.atomic
def file_household_form(household, kind, *, answers, lines, on, by, at, file=None):
    """File a form of the household ({question: answer}, [{who, column: text}]) and do what it says; returns the HouseholdPaper.

    A survey writes the ledger and its members, a change form writes each change with the old value kept in the change register.
    Raises Refused with everything that is missing at once; the draft goes.
    """
    household = _locked(household, by)
    data, told = _whole(household, kind, answers, lines, on=on)
    gaps = _gaps(household, kind, data, told, on=on, file=file)
    if gaps:
        raise Refused("还不能提交", gaps)
    if kind == ledger.CHANGE_FORM:
        told = _with_old(household, told)
    at_home = data.get("mode") == forms.HOME
    paper = _lay(household, kind, on, {**data, "lines": told}, file, at_home=at_home, by=by, at=at)
    _WRITES[kind](household, paper, data, told, by=by, at=at)
    HouseholdPaper.objects.filter(household=household, kind=kind, is_draft=True).delete()
    refresh_file(household, at=at)
    audit.record("household.form_filed", by=by, at=at, target=household, kind=kind, lines=len(told), day=str(on))
    return paper


def paper_gaps(household, kind, *, answers, lines, on, file=None):
    """Everything that a form lacks as it stands, for a page that tells it beside the questions."""
    data, told = _whole(household, kind, answers, lines, on=on)
    return _gaps(household, kind, data, told, on=on, file=file)


def _whole(household, kind, answers, lines, *, on):
    """The form's answers and lines; a survey takes from the ledger what stands there and was not written again."""
    data, told = forms.answers(forms.FORMS[kind], answers), forms.lines(kind, lines)
    if kind != ledger.NEEDS_SURVEY:
        return data, told
    held = ledger.opened(household.details.reveal())
    data |= {code: held[code] for code in ledger.OF_HOUSEHOLD if code in held and code not in data}
    sent, whole = {line["who"]: line for line in told}, [line for line in told if not line["who"]]
    for person in household.people.all():
        fields = forms.member_fields(is_minor=is_minor(person.birth_date, person.relation, on=on))
        stands = ledger.opened(person.details.reveal())
        line = {code: stands[code] for code in fields if code in stands} | sent.pop(str(person.pk), {})
        whole.append({"who": str(person.pk), **line})
    return data, whole + list(sent.values())


def _gaps(household, kind, data, told, *, on, file):
    lacks = forms.gaps(forms.FORMS[kind], data)
    gaps = ([f"未填：{'、'.join(lacks)}"] if lacks else []) + _strangers(household, told)
    return gaps + _GAPS[kind](household, data, told, on=on, file=file)


@transaction.atomic
def note_opened(household, kind, *, by, at):
    """Remember that what the ledger holds was laid out in a form to be filled in: fields are named, never their words."""
    if not queries.may_write(by, household.contract):
        raise Refused("只有承接本合同的机构可以填写")
    audit.record("household.form_opened", by=by, at=at, target=household, fields_seen=["household.details", "person.details"], kind=kind)  # fmt: skip


@transaction.atomic
def note_household_printed(household, kinds, *, by, at):
    """Remember who opened which papers of a household's file; kinds are named, never their words."""
    if not queries.may_reveal(by, household.contract):
        raise Refused("你的角色不能查看个人信息")
    audit.record("household.file_printed", by=by, at=at, target=household, fields_seen=sorted(set(kinds)))


def _locked(household, by):
    if not queries.may_write(by, household.contract):
        raise Refused("只有承接本合同的机构可以填写")
    return Household.objects.select_for_update(of=("self",)).select_related("contract").get(pk=household.pk)


def _members(household, on):
    return [
        (person.pk, queries.called(person, on=on), is_minor(person.birth_date, person.relation, on=on))
        for person in household.people.all()
    ]


def _strangers(household, told):
    known = {"", *(str(pk) for pk in household.people.values_list("pk", flat=True))}
    return ["有的行写的人不在这一户"] if any(line["who"] not in known for line in told) else []


# --- what each form lacks, and what it does -----------------------------------------------------------------------------
def _survey_gaps(household, data, told, *, on, file):
    return forms.survey_gaps(_members(household, on), told)


def _plan_gaps(household, data, told, *, on, file):
    again = queries.papers_of(household).filter(kind=ledger.ASSISTANCE_PLAN).exists()
    return forms.plan_gaps(_members(household, on), told, is_revision=again, revision=data.get("revision", ""))


def _change_gaps(household, data, told, *, on, file):
    return forms.change_gaps(told, is_proved=file is not None)


def _people_of(household, told):
    """{who: locked Person} of the lines, in the order of keys so that two acts never wait for each other."""
    pks = {line["who"] for line in told if line["who"]}
    rows = Person.objects.select_for_update(of=("self",)).filter(household=household, pk__in=pks).order_by("pk")
    return {str(person.pk): person for person in rows}


def _write_survey(household, paper, data, told, *, by, at):
    proof = {
        "reported_on": paper.filled_on,
        "reporter": data["informant"],
        "evidence": forms.SURVEY.title,
        "paper": paper,
    }
    changes.write(household, None, forms.to_ledger(data), by=by, at=at, **proof)
    people = _people_of(household, told)
    for line in told:
        if line["who"]:
            values = {code: text for code, text in line.items() if code != "who"}
            changes.write(household, people[line["who"]], values, by=by, at=at, **proof)


def _write_plan(household, paper, data, told, *, by, at):
    """A plan only lies in the file: what it says counts as the file's, the ledger is not written."""


def _with_old(household, told):
    people, rows = _people_of(household, told), []
    for line in told:
        row = people.get(line["who"], household)
        rows.append(line | {"old": changes.standing(row, line["item"])})
    return rows


def _write_change(household, paper, data, told, *, by, at):
    people = _people_of(household, told)
    for line in told:
        proof = {
            "evidence": line.get("evidence") or "见附件",
            "reporter": data["reporter"],
            "reported_on": paper.filled_on,
        }
        write = {"by": by, "at": at, "file": paper.file, "paper": paper, **proof}
        changes.write(household, people.get(line["who"]), {line["item"]: line["new"]}, **write, first_too=True)


_GAPS = {
    ledger.NEEDS_SURVEY: _survey_gaps,
    ledger.ASSISTANCE_PLAN: _plan_gaps,
    ledger.CHANGE_FORM: _change_gaps,
}
_WRITES = {
    ledger.NEEDS_SURVEY: _write_survey,
    ledger.ASSISTANCE_PLAN: _write_plan,
    ledger.CHANGE_FORM: _write_change,
}
