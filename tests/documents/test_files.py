"""What may come in, what may not, and who gets it out again."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image, ImageFile

from documents import rules
from documents.actions import files
from documents.models import StoredFile
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at
from tests.documents import hostile

IMAGE, PAPER, SHEET = {"image"}, {"paper"}, {"sheet"}


def keep(cast, content, allow=IMAGE, name="照片.jpg", **more):
    return files.store(hostile.upload(content, name), allow=allow, by=cast.social_worker, at=at(), **more)


def content_of(stored):
    with files.open_file(stored) as opened:
        return opened.read()


# --- good files -----------------------------------------------------------------------------------------------------
def test_a_picture_is_kept_upright_without_the_cameras_data_and_with_its_time(act):
    stored = keep(act, hostile.camera_picture(), name="IMG_2041.JPG")
    content = content_of(stored)
    kept = Image.open(io.BytesIO(content))

    assert (stored.name, stored.content_type, stored.width, stored.height) == ("IMG_2041.jpg", "image/jpeg", 480, 640)
    assert (kept.size, dict(kept.getexif()), b"Secret" in content) == ((480, 640), {}, False)
    told = (stored.taken_at, stored.taken_told_by, stored.taken_place.reveal())
    assert told == (at("2024-06-03 09:41"), "camera", "39.933333,116.105000")
    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    with default_storage.open(stored.thumbnail_path) as small:
        assert max(Image.open(small).size) == rules.THUMBNAIL_SIDE


def test_a_file_lies_under_its_tenant_and_a_name_that_nobody_can_guess(act):
    stored = keep(act, hostile.picture())
    assert stored.path == f"{act.tenant.pk}/{stored.pk.hex[-2:]}/{stored.pk}"
    assert AuditEvent.objects.filter(action="file.stored", object_id=stored.pk).count() == 1


@pytest.mark.parametrize(
    ("content", "name", "allow", "kept_as"),
    [
        (hostile.picture(form="PNG"), "截屏.png", IMAGE, ("截屏.jpg", "image/jpeg")),
        (hostile.picture(form="PNG", mode="RGBA", colour=(0, 0, 0, 0)), "签名.png", IMAGE, ("签名.jpg", "image/jpeg")),
        (hostile.pdf(), "回访记录.pdf", PAPER, ("回访记录.pdf", "application/pdf")),
        (hostile.office(), "台账.xlsx", SHEET, ("台账.xlsx", rules.FORMATS["xlsx"].content_type)),
        (
            hostile.office(body="word/document.xml"),
            "总结.docx",
            PAPER,
            ("总结.docx", rules.FORMATS["docx"].content_type),
        ),
        (hostile.picture(), "../../etc/passwd\x00\u202egpj.exe", IMAGE, ("passwdgpj.exe.jpg", "image/jpeg")),
        (hostile.picture(), "", IMAGE, ("未命名.jpg", "image/jpeg")),
    ],
    ids=["png", "transparent", "pdf", "xlsx", "docx", "hostile name", "no name"],
)
def test_the_content_decides_what_a_file_is(act, content, name, allow, kept_as):
    upload = hostile.upload(content, "x", "application/x-msdownload")
    upload._name = name
    stored = files.store(upload, allow=allow, by=act.social_worker, at=at())
    assert (stored.name, stored.content_type) == kept_as


def test_see_through_parts_become_white_paper(act):
    stored = keep(act, hostile.picture(form="PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert Image.open(io.BytesIO(content_of(stored))).getpixel((0, 0)) == (255, 255, 255)


def test_a_large_picture_is_kept_legible_but_not_larger(act):
    stored = keep(act, hostile.picture(6000, 3000))
    assert (stored.width, stored.height) == (4096, 2048)


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        (timedelta(hours=-2), True),
        (timedelta(minutes=5), True),
        (timedelta(days=1), False),
        (timedelta(days=-9000), False),
        (None, False),
    ],
)
def test_the_phones_time_stands_in_for_a_missing_camera_time_if_it_is_believable(act, claimed, kept):
    told = at() + claimed if claimed is not None else None
    assert keep(act, hostile.picture(), taken_at=told).taken_at == (told if kept else None)


def test_the_cameras_own_time_wins_over_the_phones(act):
    assert keep(act, hostile.camera_picture(), taken_at=at("2024-06-01 08:00")).taken_at == at("2024-06-03 09:41")


def test_what_a_phone_read_before_it_made_the_picture_smaller_is_the_cameras_word(act):
    stored = keep(act, hostile.picture(), taken_at=at(), camera=(at("2024-06-02 08:00"), "39.9,116.1"))
    told = (stored.taken_at, stored.taken_told_by, stored.taken_place.reveal())
    assert told == (at("2024-06-02 08:00"), "camera", "39.9,116.1")


@pytest.mark.parametrize(
    ("text", "place"),
    [("39.9,116.1", (39.9, 116.1)), ("91,0", None), ("0,0", None), ("nan,1", None), ("39.9", None), ("x,y", None), ("", None)],
)  # fmt: skip
def test_a_place_is_a_point_on_earth_or_nothing(text, place):
    assert rules.read_place(text) == place


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [((39.9, 116.1), (39.9, 116.1), 0), ((0.0, 0.0), (0.0, 1.0), 111195), ((39.9, 116.1), (39.91, 116.1), 1112)],
)
def test_the_way_between_two_places(one, other, metres):
    assert rules.metres(one, other) == metres


def test_the_same_person_sending_the_same_picture_again_gets_the_same_row(act):
    first, second = keep(act, hostile.picture()), keep(act, hostile.picture())
    other = files.store(hostile.upload(hostile.picture()), allow=IMAGE, by=act.quality_control, at=at())
    assert first.pk == second.pk
    assert other.pk != first.pk
    assert StoredFile.objects.count() == 2


def test_a_file_of_our_own_making_is_kept_as_it_is(act):
    stored = files.keep(b"%PDF-made", name="月报.pdf", content_type="application/pdf", by=None, at=at())
    assert content_of(stored) == b"%PDF-made"


# --- bad files --------------------------------------------------------------------------------------------------------
EXTERNAL = hostile.RELATIONS.format(
    '<Relationship Id="r1" Type="http://x/oleObject" Target="http://evil.example/a" TargetMode="External"/>'
)
LINK = hostile.RELATIONS.format(
    '<Relationship Id="r1" Type="http://x/hyperlink" Target="http://www.mca.gov.cn/" TargetMode="External"/>'
)
ENTITIES = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + hostile.RELATIONS.format("&b;").split("?>")[1]
MACRO_TYPES = hostile.TYPES.replace("<Types ", '<Types a="application/vnd.ms-excel.sheet.macroEnabled.main+xml" ')
BAD = {
    "empty": (lambda: b"", IMAGE, "文件是空的"),
    "program called jpg": (lambda: b"MZ\x90\x00" + b"\0" * 500, IMAGE, "这里只收 JPG、PNG 照片"),
    "page called jpg": (lambda: b"<html><script>alert(1)</script>", IMAGE, "这里只收 JPG、PNG 照片"),
    "svg": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', IMAGE, "不收 SVG"),
    "webp": (lambda: hostile.picture(form="WEBP"), IMAGE, "WebP"),
    "gif": (lambda: b"GIF89a" + b"\0" * 50, IMAGE, "这里只收"),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 50, IMAGE, "HEIC"),
    "cut off jpeg": (lambda: hostile.picture(form="JPEG", quality=95)[:-700], IMAGE, "已损坏"),
    "jpeg head, nothing behind": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 400, IMAGE, "已损坏"),
    "damaged png": (lambda: hostile.picture(form="PNG")[:60], IMAGE, "已损坏"),
    "900 million pixels": (lambda: hostile.huge_pixels(), IMAGE, "4000 万"),
    "42 million pixels": (lambda: hostile.huge_pixels(7000, 6000), IMAGE, "4000 万"),
    "pdf where a photo is due": (lambda: hostile.pdf(), IMAGE, "这里只收 JPG、PNG 照片"),
    "cut off pdf": (lambda: hostile.pdf()[:-8], PAPER, "不完整"),
    "pdf with a script": (lambda: hostile.pdf(b"2 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"), PAPER, "脚本或附件"),
    "pdf with an attachment": (lambda: hostile.pdf(b"2 0 obj<</EmbeddedFiles 3 0 R>>endobj"), PAPER, "脚本或附件"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, SHEET, "旧版或加了密码"),
    "plain zip": (lambda: hostile.office(body="a.txt"), SHEET, "不收压缩包"),
    "docx where a table is due": (lambda: hostile.office(body="word/document.xml"), SHEET, "这里只收 xlsx 表格"),
    "damaged zip": (lambda: hostile.office()[:-30], SHEET, "已损坏"),
    "zip bomb": (lambda: hostile.office({"xl/sheet1.xml": b"0" * 114_000_000}), SHEET, "不相称"),
    "bomb below the total, above the ratio": (lambda: hostile.office({"xl/sheet1.xml": b"0" * 20_000_000}), SHEET, "不相称"),
    "bomb with a lying directory": (lambda: hostile.lying_directory(hostile.office({"xl/sheet1.xml": b"0" * 114_000_000})), SHEET, "已损坏"),
    "too many parts": (lambda: hostile.office({f"xl/p{no}.xml": b"" for no in range(2000)}), SHEET, "超过 2000 个"),
    "nested zip by name": (lambda: hostile.office({"xl/inner.zip": b"x"}), SHEET, "嵌有别的压缩文件"),
    "nested zip by content": (lambda: hostile.office({"xl/inner.xml": hostile.office()}), SHEET, "嵌有别的文件"),
    "way out by dots": (lambda: hostile.office({"../../evil.xml": b"x"}), SHEET, "路径不正常"),
    "way out by root": (lambda: hostile.office({"/etc/cron.d/x": b"x"}), SHEET, "路径不正常"),
    "symbolic link": (lambda: hostile.office(links=["xl/link.xml"]), SHEET, "路径不正常"),
    "macro": (lambda: hostile.office({"xl/vbaProject.bin": b"x"}), SHEET, "含有宏"),
    "macro by content type": (lambda: hostile.office(types=MACRO_TYPES), SHEET, "含有宏"),
    "external workbook": (lambda: hostile.office({"xl/externalLinks/externalLink1.xml": b"<x/>"}), SHEET, "引用了别的文件"),
    "data connection": (lambda: hostile.office({"xl/connections.xml": b"<x/>"}), SHEET, "数据连接"),
    "embedded object": (lambda: hostile.office({"word/embeddings/a.bin": b"x"}, body="word/document.xml"), PAPER, "嵌有别的文件"),
    "outside template": (lambda: hostile.office({"word/_rels/settings.xml.rels": EXTERNAL}, body="word/document.xml"), PAPER, "外部内容"),
    "entities that grow": (lambda: hostile.office({"xl/_rels/a.rels": ENTITIES}), SHEET, "结构不正常"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "allow", "told"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_plain_words_and_leaves_nothing(act, content, allow, told):
    with pytest.raises(Refused) as refusal:
        keep(act, content(), allow, name="photo.jpg")
    assert told in str(refusal.value)
    assert StoredFile.objects.count() == 0


def test_a_cut_off_picture_is_refused_even_after_the_pdf_renderer_allowed_them(act, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(Refused, match="已损坏"):
        keep(act, hostile.picture(quality=95)[:-700])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


def test_a_dde_field_in_a_document_is_refused(act):
    content = hostile.office({}, body="word/settings.xml")
    with_field = hostile.office(
        {"word/document.xml": b"<w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe</w:instrText>"}, body="word/styles.xml"
    )
    with pytest.raises(Refused, match="DDE"):
        keep(act, with_field, PAPER)
    with pytest.raises(Refused, match="不收压缩包"):
        keep(act, content, PAPER)


def test_a_link_to_a_web_page_is_no_danger(act):
    stored = keep(act, hostile.office({"xl/worksheets/_rels/sheet1.xml.rels": LINK}), SHEET, name="台账.xlsx")
    assert stored.name == "台账.xlsx"


def test_a_photo_of_32_mb_is_told_the_limit_before_it_is_read(act):
    upload = hostile.upload(b"\xff\xd8\xff" + b"\0" * (32 * rules.MIB))
    with pytest.raises(Refused, match="照片超过 20 MB"):
        files.store(upload, allow=IMAGE, by=act.social_worker, at=at())


def test_a_browser_that_lies_about_the_size_is_stopped_while_reading(act):
    upload = hostile.upload(b"\xff\xd8\xff" + b"\0" * (21 * rules.MIB))
    upload.size = 10
    with pytest.raises(Refused, match="照片超过 20 MB"):
        files.store(upload, allow=IMAGE, by=act.social_worker, at=at())


def test_what_hides_behind_a_picture_is_dropped(act):
    polyglot = hostile.picture() + b"<script>alert(1)</script>" + hostile.office()
    content = content_of(keep(act, polyglot))
    assert (b"<script>" in content, b"PK\x03\x04" in content) == (False, False)


# --- out again --------------------------------------------------------------------------------------------------------
@pytest.fixture
def paper(cast):
    with scope.acting(cast.social_worker):
        return keep(cast, hostile.pdf(), PAPER, name='回访 记录"1".pdf')


@pytest.fixture
def photo(cast):
    with scope.acting(cast.social_worker):
        return keep(cast, hostile.picture())


def fetch(client, cast, stored, route="documents:file"):
    return client.get(reverse(route, kwargs={"tenant": cast.tenant.slug, "pk": stored.pk}))


def test_a_paper_is_downloaded_and_can_run_nothing(cast, sign_in, paper):
    response = fetch(sign_in(cast.social_worker), cast, paper)
    assert b"".join(response.streaming_content) == hostile.pdf()
    assert (
        response["Content-Disposition"]
        == "attachment; filename=\"_____1.pdf\"; filename*=UTF-8''%E5%9B%9E%E8%AE%BF%20%E8%AE%B0%E5%BD%951.pdf"
    )
    assert (response["X-Content-Type-Options"], response["Content-Security-Policy"].split(";")[0]) == (
        "nosniff",
        "sandbox",
    )
    assert response["Cache-Control"] == "no-store"


def test_a_photo_is_shown_and_has_a_small_one(cast, sign_in, photo, paper):
    client = sign_in(cast.social_worker)
    full, small = fetch(client, cast, photo), fetch(client, cast, photo, "documents:thumbnail")
    assert full["Content-Disposition"].startswith("inline;")
    assert len(b"".join(small.streaming_content)) < len(b"".join(full.streaming_content))
    assert fetch(client, cast, paper, "documents:thumbnail").status_code == 404


def test_the_proxy_sends_the_file_when_it_can(cast, sign_in, photo, settings):
    settings.FILES_ACCEL = "/internal-files/"
    response = fetch(sign_in(cast.social_worker), cast, photo)
    assert response["X-Accel-Redirect"] == f"/internal-files/{photo.path}"
    assert response.content == b""


@pytest.mark.parametrize(
    "role", ["quality_control", "contract_manager", "agency_manager", "auditor", "subdistrict_officer"]
)
def test_a_file_has_no_address_of_its_own_for_anybody_but_its_uploader(cast, sign_in, photo, role):
    assert fetch(sign_in(cast.members[role]), cast, photo).status_code == 404


def test_strangers_find_nothing(cast, strangers, sign_in, photo):
    assert fetch(sign_in(cast.rivals["social_worker"]), cast, photo).status_code == 404
    assert fetch(sign_in(strangers.social_worker), cast, photo).status_code == 404
    assert fetch(sign_in(strangers.social_worker), strangers, photo).status_code == 404


def test_a_row_whose_content_is_gone_is_not_found(cast, sign_in, photo):
    default_storage.delete(photo.path)
    assert fetch(sign_in(cast.social_worker), cast, photo).status_code == 404
