"""The whole file of a case: gathered, told apart from another state of it, bound."""

from django.template.loader import render_to_string

from caseload.casefile import binding
from caseload.casefile.sheets import in_order, sheets
from caseload.queries import case_history, case_papers
from caseload.rules import cases as case_rules
from documents.serving import SHOWN
from services.casefile.sessions import session_sheets
from services.queries.case_files import sessions_of
from services.queries.records import kinds
from services.rules import case_files as rules
from tenancy.clock import SHANGHAI


def gathered(case):
    """(sheets in their order, lines of what was decided by whom), for somebody who handles the case; no file is opened."""
    moves = list(case_history(case))
    made = in_order([*sheets(case, list(case_papers(case)), moves), *session_sheets(case, sessions_of(case), kinds())])
    return made, [_event(move) for move in moves]


def _event(move):
    who = f"{move.by.account.name}，{move.by.organisation.short_name}" if move.by else "系统"
    return {"at": move.at, "text": case_rules.VERBS.get(move.verb, move.verb), "by": who, "note": move.reason}


def files_in(made):
    """The uploaded files on the sheets."""
    return [one.file for sheet in made for one in sheet.attached]


def is_large(made):
    """Whether binding these sheets is a job (rules.case_files)."""
    files = files_in(made)
    heavy = sum(file.size for file in files if file.content_type not in SHOWN)
    return rules.is_large(sheets=len(made), files=len(files), size=heavy)


def key_of(case, made, history, *, by, at):
    """What tells this state of the file, asked for by this person today, from any other (jobs.ask)."""
    morning = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    html = render_to_string(binding.WHOLE, {**context_of(case, history, by=by, at=morning), "sheets": made})
    return rules.key_of(case.pk, by.pk, html, [file.sha256 for file in files_in(made)])


def context_of(case, history, *, by, at):
    """What the sheets say beside themselves, read now: `bound` needs no database afterwards."""
    return {**binding.context_of(case, by=by, at=at), "history": history}


def bound(made, context, *, note=lambda: None):
    """The bytes of the PDF; `note` is called after each step of steps(made)."""
    return binding.bind(binding.WHOLE, context, made, note=note)


def steps(made):
    """How many steps `bound` tells: each uploaded file, laying out, writing."""
    return len(files_in(made)) + 2
