"""The files around a report: its photographs from the storage, and what its own files are called."""

import hashlib
import io

from PIL import Image

from documents.actions.files import open_file
from documents.models import StoredFile

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# On paper a photo is 80 mm wide; more than this only makes the file heavy.
PRINTED_SIDE = 1000


def file_name(snapshot):
    """MTG04-YB-2024-10-第2次"""
    return f"{snapshot.data['number']}-第{snapshot.data['round']}次"


def photographs(snapshot):
    """{file id: (content, content type)} of the snapshot's photos, made small enough for paper.

    A stored file that is no longer what the snapshot saw is an error: the report must not show another picture.
    """
    wanted = {photo["file"]: photo["sha256"] for photo in snapshot.data["photos"]}
    return {
        str(stored.pk): (_printed(stored, wanted[str(stored.pk)]), "image/jpeg")
        for stored in StoredFile.objects.filter(pk__in=wanted)
    }


def _printed(stored, digest):
    with open_file(stored) as content:
        octets = content.read()
    if hashlib.sha256(octets).hexdigest() != digest:
        raise ValueError(f"stored file {stored.pk} does not have its digest")
    with Image.open(io.BytesIO(octets)) as picture:
        picture.thumbnail((PRINTED_SIDE, PRINTED_SIDE))
        small = io.BytesIO()
        picture.convert("RGB").save(small, "JPEG", quality=85)
    return small.getvalue()
