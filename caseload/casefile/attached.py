"""What was handed in with a paper of the file, made ready for binding: pictures, scanned pages, and what lies apart."""

import io
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from PIL import Image

from documents.actions.files import open_file
from documents.models import StoredFile
from documents.render import scans
from documents.serving import SHOWN

PDF = "application/pdf"
# A picture of a written page must stay legible over the width of a sheet; two photos side by side need less.
SHEET_SIDE, PHOTO_SIDE = 1600, 900
# Of all papers of one file together: what is beyond lies apart, and the contents say so.
MOST_SCANNED, MOST_PAGES, MOST_PICTURES = 80 * 1024 * 1024, 400, 300


@dataclass
class Attached:
    """One uploaded file at its place; `look` is picture, scan or away, and then `reason` says why."""

    file: StoredFile
    owner: UUID
    title: str
    caption: str = ""
    is_photo: bool = False
    look: str = "away"
    reason: str = ""
    pages: int = 0

    @property
    def key(self):
        return f"a{self.owner.hex}"

    @property
    def parts(self):
        """[(id of the page, its number)] of a scan."""
        return [(f"{self.key}-{number}", number) for number in range(1, self.pages + 1)]


@contextmanager
def made_ready(sheets, note=lambda: None):
    """Read every attached file of the sheets once; gives ({picture: (content, type)}, {key: Scan}) and closes them after.

    `note` is called after each file. Encrypted, broken and too many papers are left apart with their reason.
    """
    images, read = {}, {}
    left = {"bytes": MOST_SCANNED, "pages": MOST_PAGES, "pictures": MOST_PICTURES}
    try:
        for one in (one for sheet in sheets for one in sheet.attached):
            if not one.file.path:
                one.reason = "已销毁"
            elif one.file.content_type in SHOWN:
                _picture(one, images, left)
            elif one.file.content_type == PDF:
                _scan(one, read, left)
            note()
        yield images, read
    finally:
        for scan in read.values():
            scan.close()


def _picture(one, images, left):
    if not left["pictures"]:
        one.reason = "照片过多"
        return
    try:
        images[one.key] = _smaller(one.file, PHOTO_SIDE if one.is_photo else SHEET_SIDE), "image/jpeg"
    except (OSError, ValueError, SyntaxError):
        one.reason = "打不开"
        return
    left["pictures"] -= 1
    one.look = "picture"


def _smaller(stored, side):
    with open_file(stored) as content, Image.open(content, formats=["JPEG", "PNG"]) as picture:
        picture.draft("RGB", (side, side))
        picture.thumbnail((side, side))
        small = io.BytesIO()
        picture.convert("RGB").save(small, "JPEG", quality=82)
    return small.getvalue()


def _scan(one, read, left):
    if one.file.size > left["bytes"] or left["pages"] <= 0:
        one.reason = "全卷过大"
        return
    try:
        with open_file(one.file) as content:
            scan = scans.read(content)
    except (scans.Unreadable, OSError) as error:
        one.reason = str(error) if isinstance(error, scans.Unreadable) else "打不开"
        return
    if scan.pages > left["pages"]:
        scan.close()
        one.reason = "全卷过大"
        return
    left["bytes"], left["pages"] = left["bytes"] - one.file.size, left["pages"] - scan.pages
    one.look, one.pages, read[one.key] = "scan", scan.pages, scan
