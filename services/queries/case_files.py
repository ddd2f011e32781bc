"""Reads for the printed file of a case: the records of its sessions, and the jobs that make it."""

from django.db.models import Prefetch
from django.http import Http404

from caseload.queries import get_case, handles
from documents.models import Job, StoredFile
from services.models import RecordEvidence, ServiceRecord
from services.rules import records as rules

JOB_KIND = "services.case_file"


def sessions_of(case):
    """The records of the case that were handed in and not returned, oldest first, with their papers; two statements.

    For somebody who handles the case: the record of a session is a paper of its file.
    """
    evidence = Prefetch("evidence", RecordEvidence.objects.select_related("file"))
    rows = ServiceRecord.objects.filter(case=case, state__in=[rules.SUBMITTED, rules.VERIFIED])
    rows = rows.select_related("area", "created_by__account", "decided_by__account").prefetch_related(evidence)
    return list(rows.order_by("started_at", "pk"))


def get_file_job(member, pk, *, on):
    """(job, case) of a bound file that the member asked for and whose case it handles now, or 404."""
    job = Job.objects.filter(pk=pk, kind=JOB_KIND, asked_by=member).first()
    if job is None:
        raise Http404
    case = get_case(member, job.arguments["case"], on=on)
    if not handles(member, case):
        raise Http404
    return job, case


def made_file(job):
    """The stored file that the job made, or None while it hasn't, or when it was dropped or destroyed again."""
    made = StoredFile.objects.exclude(path="")
    return made.filter(pk=job.result["file"]).first() if job.result.get("file") else None


def files_before(moment):
    """The bound files that were finished before the moment and lie there still."""
    rows = Job.objects.filter(kind=JOB_KIND, state=Job.State.DONE, finished_at__lt=moment, result__has_key="file")
    made = [result["file"] for result in rows.values_list("result", flat=True)]
    return list(StoredFile.objects.filter(pk__in=made).exclude(path=""))
