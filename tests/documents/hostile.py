"""Files that people send, good and bad, made in memory."""

import io
import stat
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
PDF = (b"%PDF-1.4\n1 0 obj<<>>endobj\n", b"\nxref\n0 1\ntrailer<<>>\nstartxref\n0\n%%EOF\n")


def upload(content, name="照片.jpg", content_type="image/jpeg"):
    return SimpleUploadedFile(name, content, content_type)


def picture(width=640, height=480, form="JPEG", colour=(40, 90, 160), mode="RGB", **save):
    octets = io.BytesIO()
    Image.new(mode, (width, height), colour).save(octets, form, **save)
    return octets.getvalue()


def camera_picture(taken="2024:06:03 09:41:00", orientation=6):
    """A picture with the camera's data: time, place, model, and a turn."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "SecretPhone 9"
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 56.0, 0.0)
    exif.get_ifd(0x8825)[3] = "E"
    exif.get_ifd(0x8825)[4] = (116.0, 6.0, 18.0)
    octets = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 60)).save(octets, "JPEG", exif=exif, comment=b"SecretComment")
    return octets.getvalue()


def huge_pixels(width=30_000, height=30_000):
    """A PNG of a few dozen bytes that says it has 900 million pixels."""
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))  # noqa: E731
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def pdf(extra=b""):
    return extra.join(PDF)


def office(parts=None, body="xl/workbook.xml", types=TYPES, links=()):
    """An xlsx or docx with its bare parts, and `parts` {name: content} beside them; `links` are entries that are symbolic links."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", RELATIONS.format(""))
        archive.writestr(body, "<workbook/>")
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
        for name in links:
            line = zipfile.ZipInfo(name)
            line.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(line, "/etc/passwd")
    return octets.getvalue()


def lying_directory(content):
    """The archive again, its directory saying that the largest part is 10 bytes long."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda line: line.file_size)
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(largest.filename.encode()))
    return content[: at + 24] + struct.pack("<I", 10) + content[at + 28 :]
