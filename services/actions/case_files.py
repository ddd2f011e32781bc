"""Writes around the printed file of a case: who opened it, and the job that makes a large one."""

from datetime import timedelta

from django.db import transaction

from caseload.actions.papers import note_printed
from documents.actions import files, jobs
from services.casefile import whole
from services.queries.case_files import JOB_KIND, files_before
from services.rules import case_files as rules


def note_file_printed(case, made, *, by, at):
    """Remember who opened which papers of the file; kinds are named, never their words. Raises Refused for strangers."""
    kinds = {sheet.kind for sheet in made} | ({"session"} if any(sheet.is_record for sheet in made) else set())
    note_printed(case, sorted(kinds), by=by, at=at)


@transaction.atomic
def ask_for_file(case, made, history, *, by, at):
    """Ask for the bound file; the same state of it asked for again by the same person on the same day is one Job."""
    key = whole.key_of(case, made, history, by=by, at=at)
    return jobs.ask(JOB_KIND, key, f"{case.number} 个案档案", {"case": case.pk}, by=by, at=at)


@transaction.atomic
def drop_old_files(*, at):
    """Delete the bound files of the open tenant that were kept long enough; returns how many."""
    old = files_before(at - timedelta(days=rules.KEPT_DAYS))
    for stored in old:
        files.discard(stored, by=None, at=at)
    return len(old)
