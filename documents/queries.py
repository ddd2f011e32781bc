"""Reads of papers and jobs; the access functions of this app."""

from django.http import Http404

from documents.models import Job, StoredFile


def get_job(member, pk):
    """A job that the member's own organisation asked for, or 404."""
    job = Job.objects.filter(pk=pk, asked_by__organisation_id=member.organisation_id).first()
    if job is None:
        raise Http404
    return job


def latest_job(kind, key):
    """The last job of that kind and key, whatever became of it, or None."""
    return Job.objects.filter(kind=kind, key=key).order_by("-asked_at", "-id").first()


def get_own_file(member, pk):
    """A file that the member uploaded under this membership, or 404: other people's files are served by the app whose row points to them."""
    stored = StoredFile.objects.filter(pk=pk, uploaded_by=member).first()
    if stored is None:
        raise Http404
    return stored
