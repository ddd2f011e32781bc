"""What may be uploaded. A file is known by its bytes, never by its name or by what the browser calls it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

MIB = 1024 * 1024
EARTH = 6_371_008.8  # mean radius in metres
MOST_PIXELS = 40_000_000
# The longest side kept: a sign-in sheet photographed at 4096 px can still be read line by line.
LONGEST_SIDE = 4096
THUMBNAIL_SIDE = 320
ZIP_ENTRIES = 2_000
ZIP_UNPACKED = 100 * MIB
ZIP_RATIO = 50
# Small office files pack well by nature; only above this size does the ratio say anything.
ZIP_RATIO_FROM = 8 * MIB


@dataclass(frozen=True)
class Format:
    """One kind of file: the family that a feature allows, and how it is stored and named."""

    family: str
    content_type: str
    suffix: str


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "jpeg": Format("image", "image/jpeg", ".jpg"),
    "png": Format("image", "image/png", ".png"),
    "pdf": Format("paper", "application/pdf", ".pdf"),
    "docx": Format("paper", f"{OFFICE}.wordprocessingml.document", ".docx"),
    "xlsx": Format("sheet", f"{OFFICE}.spreadsheetml.sheet", ".xlsx"),
}
FAMILIES = {"image": "JPG、PNG 照片", "paper": "PDF、docx 文件", "sheet": "xlsx 表格"}
WORDS = {"image": "照片", "paper": "文件", "sheet": "表格"}
# Formats that people often send by mistake, and what to do about each.
MISTAKEN = {
    "heic": "这是 HEIC 照片，这里打不开。在手机相机设置里把格式改为“兼容性最佳”，或把照片另存为 JPG 再传",
    "ole": "这是旧版或加了密码的 Office 文件。去掉密码，另存为 xlsx 或 docx 再传",
    "zip": "不收压缩包。把里面的文件逐个上传",
    "webp": "这是 WebP 图。另存为 JPG 或 PNG 再传",
    "svg": "不收 SVG 图。另存为 PNG 或 JPG 再传",
}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}


def sniff(head):
    """The format that the first bytes show: a key of FORMATS or MISTAKEN, "zip" for any archive, "" for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "heic"
    return "svg" if b"<svg" in head[:1024].lower() else ""


def family_hint(allow):
    """What the feature takes, in words: "JPG、PNG 照片，PDF、docx 文件"."""
    return "，".join(FAMILIES[family] for family in FAMILIES if family in allow)


def too_large(allow, limit):
    """The sentence for a file above the limit in bytes."""
    word = WORDS["image"] if set(allow) == {"image"} else WORDS["paper"] if len(allow) > 1 else WORDS[next(iter(allow))]
    return f"{word}超过 {limit // MIB} MB。压缩后再传"


def wrong_format(found, allow):
    """The sentence for a file that the feature doesn't take."""
    if found in MISTAKEN:
        return MISTAKEN[found]
    return f"这里只收 {family_hint(allow)}。按文件内容看，它不是"


# --- archives ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """One line of an archive's directory; sizes in bytes."""

    name: str
    packed: int
    unpacked: int
    is_link: bool = False
    is_encrypted: bool = False


NESTED = (".zip", ".xlsx", ".xlsm", ".docx", ".docm", ".pptx", ".7z", ".rar", ".gz", ".jar")
ACTIVE_PARTS = {
    "vbaproject": "含有宏",
    "macrosheets/": "含有宏",
    "dialogsheets/": "含有宏",
    "activex/": "含有控件",
    "externallinks/": "引用了别的文件",
    "connections.xml": "含有数据连接",
    "embeddings/": "嵌有别的文件",
    "oleobject": "嵌有别的文件",
}
REMEDY = "另存为不带这些内容的 xlsx 或 docx 再传"


def archive_fault(entries):
    """Why an archive must not be opened, from its directory alone; "" when it may."""
    if len(entries) > ZIP_ENTRIES:
        return f"文件内部有 {len(entries)} 个部件，超过 {ZIP_ENTRIES} 个，未打开"
    if any(_escapes(entry.name) or entry.is_link for entry in entries):
        return "文件内部的路径不正常，未打开"
    if any(entry.is_encrypted for entry in entries):
        return "文件加了密码，去掉密码再传"
    unpacked, packed = sum(entry.unpacked for entry in entries), sum(entry.packed for entry in entries)
    if unpacked > ZIP_UNPACKED or (unpacked > ZIP_RATIO_FROM and unpacked > ZIP_RATIO * packed):
        return f"文件展开后有 {unpacked // MIB} MB，与它的大小不相称，未打开"
    if any(entry.name.lower().endswith(NESTED) for entry in entries):
        return f"文件里嵌有别的压缩文件，{REMEDY}"
    return next(
        (
            f"文件{why}，{REMEDY}"
            for part, why in ACTIVE_PARTS.items()
            if any(part in entry.name.lower() for entry in entries)
        ),
        "",
    )


def _escapes(name):
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


def office_format(names):
    """ "xlsx", "docx", or "" for any other archive."""
    if "[Content_Types].xml" not in names:
        return ""
    return "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else ""


# --- names and times ----------------------------------------------------------------------------------------------
def clean_name(name, suffix):
    """The file's own name without path, control and direction characters, ending as its content does; at most 120."""
    stem = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    stem = "".join(letter for letter in stem if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    if stem.lower().endswith((*(known.suffix for known in FORMATS.values()), ".jpeg", ".webp")):
        stem = stem.rsplit(".", 1)[0]
    return (stem[: 120 - len(suffix)].rstrip(" .") or "未命名") + suffix


def believable(taken, *, at):
    """The moment a camera or phone claims, or None when its clock is plainly wrong (before 2010, or in the future)."""
    if taken is None or taken.year < 2010 or taken > at + timedelta(minutes=10):
        return None
    return taken


# --- when and where a picture was taken ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shot:
    """What is told of a picture: when, by whom (camera or phone, "" for nobody), and where as "latitude,longitude"."""

    at: datetime | None = None
    told_by: str = ""
    place: str = ""


def shot(*, camera, phone, at):
    """The Shot of a picture: the camera's own (moment, place) if its clock can be believed, else the phone's file time."""
    moment, place = camera
    if believable(moment, at=at):
        return Shot(moment, "camera", place)
    moment = believable(phone, at=at)
    return Shot(moment, "phone" if moment else "", place)


def place_of(north, east):
    """ "39.940123,116.105321", or "" for what is no point on earth (and for 0, 0, which cameras write without a fix)."""
    if not (-90 <= north <= 90 and -180 <= east <= 180) or (abs(north) < 0.001 and abs(east) < 0.001):
        return ""
    return f"{north:.6f},{east:.6f}"


def read_place(text):
    """(latitude, longitude) of a place's text, or None for anything else."""
    try:
        north, east = (float(part) for part in str(text).split(","))
    except ValueError:
        return None
    return (north, east) if place_of(north, east) else None


def metres(one, other):
    """The distance between two places on the sphere, in whole metres (haversine; good to half a per cent)."""
    (north, east), (north_2, east_2) = one, other
    rise, run = radians(north_2 - north), radians(east_2 - east)
    chord = sin(rise / 2) ** 2 + cos(radians(north)) * cos(radians(north_2)) * sin(run / 2) ** 2
    return round(2 * EARTH * asin(min(1.0, sqrt(chord))))
