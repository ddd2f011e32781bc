"""The gallery in a real browser: nothing for axe to find, no CSP report, and what the scripts promise."""

import io
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from tests.documents.hostile import camera_picture
from tests.journeys.conftest import find_network, lose_network

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
SIZES = [(1440, 900), (1366, 768), (1280, 768), (720, 450), (390, 844)]
GALLERY, PHONE, RECORD = "/gallery/", "/gallery/phone/", "/gallery/phone/?form=1"


@pytest.fixture
def visit(new_context, live_server, settings):
    """visit(path, width, height) → the page; at the end nothing may have been said on the console."""
    settings.DEMO = True
    said = []

    def opened(path, width=1440, height=900):
        page = new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(live_server.url + path)
        return page

    opened.said = said
    yield opened
    assert said == []


@pytest.mark.parametrize("path", [GALLERY, PHONE, RECORD])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(visit, path, width, height):
    page = visit(path, width, height)
    result = Axe().run(page, options=WCAG).response
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in result["violations"]] == []
    assert len(result["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_policy_allows_nothing_inline(visit, live_server):
    page = visit(GALLERY)
    answer = page.request.get(live_server.url + GALLERY)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert page.locator("[style]").count() == 0
    assert page.locator("script:not([src])").count() == 0


def test_a_dialog_opens_from_its_button_and_gives_the_focus_back(visit):
    page = visit(GALLERY)
    opener = page.locator("#dialog [data-dialog=approve]")
    opener.click()
    expect(page.get_by_role("dialog", name="批准付款 163,670.72 元？")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_personal_menu_works_from_the_keyboard(visit):
    page = visit(GALLERY)
    page.locator(".fy-me summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="经办人 · 社会救助科")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="经办人 · 社会救助科")).to_be_hidden()
    expect(page.locator(".fy-me summary")).to_be_focused()


def test_the_keys_of_an_inbox_move_and_act(visit):
    page = visit(GALLERY)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="接案　秋分平")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="结案　寒露生")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ja")
    expect(page.get_by_role("searchbox")).to_have_value("ja")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_segments_and_chips_are_real_inputs(visit):
    page = visit(GALLERY)
    form = page.locator("#fields form")
    form.get_by_role("radio", name="面谈").focus()
    page.keyboard.press("ArrowRight")
    expect(form.get_by_role("radio", name="电话")).to_be_checked()
    form.get_by_role("checkbox", name="政策咨询").focus()
    page.keyboard.press("Space")
    expect(form.get_by_role("checkbox", name="政策咨询")).to_be_checked()


def test_a_button_pressed_twice_sends_once(visit):
    page = visit(GALLERY)
    sent = []

    def answer(route):
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/gallery/", answer)
    page.evaluate("() => { for (const n of [1, 2]) document.querySelector('#fields .btn-primary').click(); }")
    button = page.locator("#fields").get_by_role("button", name="提交质控")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.evaluate("document.querySelector('#fields .btn-primary').click()")
    page.wait_for_timeout(200)
    assert sent == ["POST"]


def test_a_fragment_that_fails_says_so_in_its_place_and_can_be_asked_again(visit):
    page = visit(GALLERY)
    asked = []

    def answer(route):
        asked.append(route.request.headers.get("x-csrftoken"))
        if len(asked) == 1:
            route.fulfill(status=500)
        else:
            route.fulfill(status=200, headers={"HX-Trigger": '{"fy:say": {"text": "done"}}'}, body="<p>fresh</p>")

    page.route("**/fragment/", answer)
    page.evaluate(
        """() => {
          const place = document.querySelector("#notes");
          place.innerHTML = '<button type="button" hx-get="/fragment/" hx-target="#notes">load</button>';
          htmx.process(place);
        }"""
    )
    page.get_by_role("button", name="load").click()
    expect(page.locator("#notes [role=alert]")).to_contain_text("这一栏没有算出来，其余内容不受影响。编号 500-")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator("#notes")).to_have_text("fresh")
    expect(page.get_by_role("status").filter(has_text="done")).to_be_visible()
    assert len(asked) == 2
    assert all(asked)
    visit.said[:] = [text for text in visit.said if "500" not in text]


def test_paper_keeps_the_tables_and_drops_what_can_be_pressed(visit):
    page = visit(GALLERY, 688, 900)
    page.emulate_media(media="print")
    expect(page.locator("#table th").first).to_be_visible()
    expect(page.locator("#table .fy-t tbody tr").last).to_have_css("display", "table-row")
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.locator("#dialog .btn").first).to_be_hidden()
    expect(page.locator("#fields input").first).to_be_hidden()


# --- the record form ------------------------------------------------------------------------------------------------

ADDRESS = "**/gallery/phone/record/"


def photo(width=4032, height=3024):
    shot = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(shot, "JPEG", quality=92)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": shot.getvalue()}


def part(request, name):
    return re.findall(
        rf'name="{name}"\r\n\r\n(.*?)\r\n',
        request.post_data_buffer.decode("latin-1").encode("latin-1").decode("utf-8", "replace"),
    )


def pictures(request):
    return [
        chunk.split(b"\r\n--")[0] for chunk in request.post_data_buffer.split(b"Content-Type: image/jpeg\r\n\r\n")[1:]
    ]


def test_a_draft_comes_back_with_its_photo_after_the_page_was_closed(visit):
    page = visit(RECORD, 390, 844)
    page.get_by_label("经过").fill("谈近两周睡眠")
    page.get_by_role("radio", name="电话").check()
    page.locator("[data-photo-input]").set_input_files(photo(800, 600))
    expect(page.locator("[data-photos] [data-own]")).to_have_count(1)
    expect(page.locator("[data-save-state]")).to_have_text(re.compile(r"^已存 \d\d:\d\d$"))
    page.reload()
    expect(page.get_by_label("经过")).to_have_value("谈近两周睡眠")
    expect(page.get_by_role("radio", name="电话")).to_be_checked()
    expect(page.locator("[data-photos] [data-own]")).to_have_count(1)


def test_a_photo_is_made_smaller_before_it_is_sent(visit):
    page = visit(RECORD, 390, 844)
    big = photo()
    page.locator("[data-photo-input]").set_input_files(big)
    expect(page.locator("[data-photos] [data-own]")).to_have_count(1, timeout=20000)
    page.route(ADDRESS, lambda route: route.fulfill(status=302, headers={"location": PHONE}))
    with page.expect_request(ADDRESS) as caught:
        page.get_by_role("button", name="提交质控").click()
    page.wait_for_url("**/gallery/phone/")
    (sent,) = pictures(caught.value)
    assert Image.open(io.BytesIO(sent)).size == (2048, 1536)
    assert len(sent) <= 1.5 * 1024 * 1024 < len(big["buffer"])
    assert len(part(caught.value, "photos_taken_at")) == 1


def test_the_cameras_time_and_place_are_read_before_the_photo_is_drawn_anew(visit):
    page = visit(RECORD, 390, 844)
    camera = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": camera_picture()}
    page.locator("[data-photo-input]").set_input_files(camera)
    expect(page.locator("[data-photos] [data-own]")).to_have_count(1, timeout=20000)
    page.route(ADDRESS, lambda route: route.fulfill(status=302, headers={"location": PHONE}))
    with page.expect_request(ADDRESS) as caught:
        page.get_by_role("button", name="提交质控").click()
    page.wait_for_url("**/gallery/phone/")
    (told,) = part(caught.value, "photos_shot")
    assert json.loads(told) == {"taken": "2024-06-03T09:41:00+08:00", "place": "39.933333,116.105000"}
    (sent,) = pictures(caught.value)
    assert b"Secret" not in sent


def test_what_is_typed_without_a_network_waits_and_goes_once_when_it_returns(visit):
    page = visit(RECORD, 390, 844)
    page.get_by_label("经过").fill("约好 11-25 复诊")
    lose_network(page)
    expect(page.get_by_text("没有网络。照常填写，连上后自动上传。")).to_be_visible()
    page.get_by_role("button", name="提交质控").click()
    expect(page.get_by_text("记录完整，等待上传")).to_be_visible()
    assert [text for text in visit.said if "ERR_INTERNET_DISCONNECTED" not in text] == []
    visit.said.clear()  # the browser's own word on the request that found no network
    sent = []

    def answer(route):
        sent.append(route.request)
        route.fulfill(status=302, headers={"location": PHONE})

    page.route(ADDRESS, answer)
    find_network(page)
    page.wait_for_timeout(800)
    page.goto(page.url.split("?")[0])
    page.wait_for_timeout(300)
    assert len(sent) == 1
    assert part(sent[0], "id") == ["0193458a-0000-7000-8000-000000000001"]
    assert part(sent[0], "act") == ["submit"]
    expect(page.locator("[data-queue-box]")).to_be_hidden()


def test_what_the_server_refuses_is_shown_and_nothing_is_lost(visit):
    page = visit(RECORD, 390, 844)
    refused = page.content().replace(
        '<main id="main" tabindex="-1">',
        '<main id="main" tabindex="-1"><div data-errors tabindex="-1">有 1 处要改</div>',
    )
    page.get_by_label("经过").fill("写了一半")
    page.locator("[data-photo-input]").set_input_files(photo(800, 600))
    expect(page.locator("[data-photos] [data-own]")).to_have_count(1)
    page.route(ADDRESS, lambda route: route.fulfill(status=200, body=refused, content_type="text/html"))
    page.get_by_role("button", name="提交质控").click()
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.locator("[data-photos] [data-own]")).to_have_count(1)
    page.goto(page.url.split("?")[0])
    expect(page.locator("[data-queue] .fy-st")).to_have_text("草稿")
