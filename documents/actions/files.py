"""Files come in here and nowhere else: measured, recognised, checked, made harmless, stored, and only then a row.

Who may see a file is decided by the app whose row points to it (see documents/queries.py).
"""

import hashlib
import io
import stat
import tempfile
import threading
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from uuid6 import uuid7

from documents import rules
from documents.models import StoredFile
from tenancy import audit
from tenancy.clock import SHANGHAI
from tenancy.problems import Refused

CHUNK = 256 * 1024
EXIF_PART, GPS_PART, TAKEN, ZONE = 0x8769, 0x8825, 0x9003, 0x9011
NOTHING_TOLD = (None, "")
ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
SMALL_PART = 2 * rules.MIB
# Pillow only warns at its own limit; ours is checked below, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
_SWITCH = threading.Lock()
# What the standard library raises for an archive that is not whole.
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


# What reading a camera's own record raises when it is not whole.
UNREADABLE = (ValueError, SyntaxError, KeyError, TypeError, IndexError, ZeroDivisionError, OSError)


@dataclass
class Made:
    """A checked file about to be stored: its content from the start, and what is known of it."""

    format: str
    content: object
    thumbnail: bytes = b""
    width: int | None = None
    height: int | None = None
    camera: tuple = NOTHING_TOLD
    shot: rules.Shot | None = None


def store(upload, *, allow, by, at, taken_at=None, camera=NOTHING_TOLD):
    """Check an uploaded file and keep it; returns its StoredFile.

    `allow` ⊆ {"image", "paper", "sheet"}. Pictures are drawn anew: upright, without the camera's data, at most 4096 px, with
    a thumbnail; their own time and place are kept as evidence first. `camera` is (moment, place) that a phone read before it
    made the picture smaller, `taken_at` its file time, used only when the camera tells none. The same person uploading the same
    content again gets the same row. Refused: too large, of a kind that isn't allowed, damaged, or dangerous.
    """
    with _received(upload, allow) as received:
        made = _checked(received, allow)
        name = rules.clean_name(upload.name, rules.FORMATS[made.format].suffix)
        told = made.camera if made.camera[0] else camera
        made.shot = rules.shot(camera=told, phone=taken_at, at=at)
        return _keep(made, name, rules.FORMATS[made.format].content_type, by=by, at=at)


def keep(content, *, name, content_type, by, at):
    """Store a file that Fuyue itself made (a report, an export); `content` is bytes, or an open binary file."""
    made = io.BytesIO(content) if isinstance(content, bytes) else content
    return _keep(Made("", made), name, content_type, by=by, at=at)


def discard(stored, *, by, at):
    """Delete a file that may not be kept, row and content: an export after its time. Nothing may point at it any more."""
    audit.record("file.discarded", by=by, at=at, target=stored, size=stored.size, sha256=stored.sha256)
    paths = [path for path in (stored.path, stored.thumbnail_path) if path]
    stored.delete()
    transaction.on_commit(lambda: [default_storage.delete(path) for path in paths])


def open_file(stored):
    """The stored content as an open binary file; the caller closes it and has checked the access."""
    return default_storage.open(stored.path, "rb")


# --- receiving ----------------------------------------------------------------------------------------------------
@contextmanager
def _received(upload, allow):
    """The upload in a temporary file, counted while it is written: what the browser says of its size is not believed."""
    limit = settings.UPLOAD_LIMIT
    if (upload.size or 0) > limit:
        raise Refused(rules.too_large(allow, limit))
    with tempfile.SpooledTemporaryFile(max_size=2 * rules.MIB) as received:
        total = 0
        for chunk in upload.chunks(CHUNK):
            total += len(chunk)
            if total > limit:
                raise Refused(rules.too_large(allow, limit))
            received.write(chunk)
        if not total:
            raise Refused("文件是空的。重新选一次")
        received.seek(0)
        yield received


def _checked(received, allow):
    found = rules.sniff(received.read(1024))
    received.seek(0)
    if found == "zip":
        found = _check_archive(received) or "zip"
    known = rules.FORMATS.get(found)
    if known is None or known.family not in allow:
        raise Refused(rules.wrong_format(found, allow))
    if known.family == "image":
        return _redrawn(received)
    if found == "pdf":
        _check_pdf(received)
    received.seek(0)
    return Made(found, received)


# --- pictures -----------------------------------------------------------------------------------------------------
@contextmanager
def _whole_pictures_only():
    """Pillow's switch for cut-off pictures belongs to the whole process, and WeasyPrint turns it on when it is imported."""
    with _SWITCH:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _redrawn(received):
    """A new JPEG of the picture. Drawing it anew drops whatever else the file carried."""
    try:
        with _whole_pictures_only(), Image.open(received, formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > rules.MOST_PIXELS:
                raise Refused(f"照片有 {picture.width} × {picture.height} 像素，超过 4000 万。缩小后再传")
            picture.draft("RGB", (rules.LONGEST_SIDE, rules.LONGEST_SIDE))
            camera = _taken_at(picture), _taken_place(picture)
            upright = _flat(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused("这张照片已损坏，打不开。重拍或重新选一张") from error
    upright.thumbnail((rules.LONGEST_SIDE, rules.LONGEST_SIDE))
    small = upright.copy()
    small.thumbnail((rules.THUMBNAIL_SIDE, rules.THUMBNAIL_SIDE))
    return Made("jpeg", io.BytesIO(_jpeg(upright, 88)), _jpeg(small, 80), upright.width, upright.height, camera)


def _flat(picture):
    """Red, green and blue only; what was see-through becomes white paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _jpeg(picture, quality):
    octets = io.BytesIO()
    picture.info.clear()  # Pillow writes a comment, an ICC profile or EXIF again when it finds them here
    picture.save(octets, "JPEG", quality=quality, optimize=True)
    return octets.getvalue()


def _taken_at(picture):
    """The camera's own time, in its own zone where it tells one, else in ours."""
    try:
        part = picture.getexif().get_ifd(EXIF_PART)
        moment = datetime.strptime(str(part.get(TAKEN)).strip("\x00 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        zone = str(part.get(ZONE) or "").strip("\x00 ")
        return datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M:%S}{zone}") if zone else moment
    except UNREADABLE:
        return None


def _taken_place(picture):
    """The camera's own place as "latitude,longitude", or ""."""
    try:
        part = picture.getexif().get_ifd(GPS_PART)
        north, east = (sum(float(part[tag][n]) / 60**n for n in range(3)) for tag in (2, 4))
        south, west = str(part.get(1)).startswith("S"), str(part.get(3)).startswith("W")
        return rules.place_of(-north if south else north, -east if west else east)
    except UNREADABLE:
        return ""


# --- papers -------------------------------------------------------------------------------------------------------
def _check_pdf(received):
    received.seek(0)
    content = received.read()
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-4096:]:
        raise Refused("这个 PDF 不完整，打不开。重新导出再传")
    if any(sign in content for sign in ACTIVE_PDF):
        raise Refused("PDF 里有脚本或附件。用“打印成 PDF”另存一份再传")


def _check_archive(received):
    """Look at the directory, then at every part with a hard count of bytes. Returns "xlsx", "docx" or "" for any other archive."""
    received.seek(0)
    try:
        with zipfile.ZipFile(received) as archive:
            lines = archive.infolist()
            fault = rules.archive_fault([_entry(line) for line in lines])
            if fault:
                raise Refused(fault)
            found = rules.office_format(set(archive.namelist()))
            if found:
                _read_parts(archive, lines)
            return found
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise Refused("这个文件的内部结构不正常，未打开。重新保存再传") from error
    except DAMAGED as error:
        raise Refused("这个文件已损坏，打不开。重新保存再传") from error


def _entry(line):
    return rules.Entry(
        line.filename,
        line.compress_size,
        line.file_size,
        is_link=stat.S_ISLNK(line.external_attr >> 16),
        is_encrypted=bool(line.flag_bits & 1),
    )


def _read_parts(archive, lines):
    """Unpack everything once, keeping nothing: the directory may lie about sizes and names."""
    left = rules.ZIP_UNPACKED
    for line in lines:
        with archive.open(line) as part:
            head = part.read(CHUNK)
            if rules.sniff(head) in ("zip", "ole"):
                raise Refused(f"文件里嵌有别的文件，{rules.REMEDY}")
            left -= len(head)
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Refused("文件展开后过大，未打开")
        _check_part(archive, line)


def _check_part(archive, line):
    name = line.filename.lower()
    if name == "[content_types].xml" and b"macroenabled" in _small(archive, line).lower():
        raise Refused(f"文件含有宏，{rules.REMEDY}")
    if name.endswith(".rels"):
        for relation in ElementTree.fromstring(_small(archive, line)):
            if relation.get("TargetMode") == "External" and not relation.get("Type", "").endswith("/hyperlink"):
                raise Refused(f"文件引用了外部内容，{rules.REMEDY}")
    if name == "word/document.xml" and b"DDE" in archive.read(line):
        raise Refused(f"文件含有 DDE 指令，{rules.REMEDY}")


def _small(archive, line):
    if line.file_size > SMALL_PART:
        raise Refused("这个文件的内部结构不正常，未打开。重新保存再传")
    return archive.read(line)


# --- keeping ------------------------------------------------------------------------------------------------------
def _keep(made, name, content_type, *, by, at):
    digest, size = _digest(made.content)
    if by is not None:
        same = StoredFile.objects.filter(sha256=digest, uploaded_by=by, content_type=content_type).first()
        if same is not None:
            return same
    stored = StoredFile(
        id=uuid7(), name=name, content_type=content_type, size=size, sha256=digest,
        width=made.width, height=made.height, **_told(made.shot), uploaded_by=by, uploaded_at=at,
    )  # fmt: skip
    stored.path = default_storage.save(f"{stored.tenant_id}/{stored.pk.hex[-2:]}/{stored.pk}", File(made.content))
    if made.thumbnail:
        stored.thumbnail_path = default_storage.save(f"{stored.path}.small", File(io.BytesIO(made.thumbnail)))
    stored.save(force_insert=True)
    audit.record("file.stored", by=by, at=at, target=stored, size=size, sha256=digest)
    return stored


def _told(shot):
    """The columns of what is told of a picture."""
    return {"taken_at": shot.at, "taken_told_by": shot.told_by, "taken_place": shot.place} if shot else {}


def _digest(content):
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    return digest, size
