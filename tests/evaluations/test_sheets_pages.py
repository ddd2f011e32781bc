"""The scorer's pages: what is shown when, plain forms, JSON for a page that saves by itself, the same number of statements always."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.models import Agreement, ItemScore, ScorePhoto, Scorer
from tenancy import clock, scope
from tests.cast import at
from tests.evaluations import rounds_arranged
from tests.evaluations.sheets_arranged import NOW, arrange, fill, save, sheet_of, sign
from tests.populated import picture

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def arranged(cast):
    """arranged(how many) → the sheets; the bureau's scope is closed again."""

    def made(count=1, **known):
        with scope.tenant(cast.tenant.pk):
            return arrange(cast, count, **known)

    return made


def address(sheet, tail=""):
    return f"/qinghe/evaluations/sheets/{sheet.pk}/{tail}"


def text(answer):
    return answer.content.decode()


def test_before_the_declaration_the_page_says_what_it_is_about_and_nothing_of_the_facts(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        rounds_arranged.agree(cast)
        sheet = sheet_of(rounds_arranged.opened(cast), cast.evaluator)
    client = sign_in(cast.evaluator)
    page = text(client.get(address(sheet)))
    assert ("青河区精准救助服务" in page, "同心社工服务中心" in page, "声明无利害关系" in page, "专业督导" in page) == (
        True,
        True,
        True,
        False,
    )
    assert client.post(address(sheet, "declare/")).status_code == 302
    assert "专业督导" in text(client.get(address(sheet)))
    assert text(client.get("/qinghe/evaluations/sheets/")).count("去评分") == 1
    assert client.post(address(sheet, "recuse/"), {"interest": ""}).status_code == 400
    assert client.post(address(sheet, "recuse/"), {"interest": "配偶在乙方任职"}).url == "/qinghe/evaluations/sheets/"
    assert client.get(address(sheet)).status_code == 404


def test_a_colleagues_score_and_words_are_on_the_page_only_after_ones_own(cast, sign_in, arranged):
    mine, other = arranged(2)
    with scope.tenant(cast.tenant.pk):
        save(other, "1.1", {"points": "7.5"}, "缺督导签名")
    client = sign_in(cast.evaluator)
    pages = [text(client.get(address(mine)))]
    with scope.tenant(cast.tenant.pk):
        save(mine, "1.1", {"points": "8"})
    pages.append(text(client.get(address(mine))))
    assert [("7.5" in page, "缺督导签名" in page, other.membership.account.name in page) for page in pages] == [
        (False, False, False),
        (True, True, False),
    ]


def test_an_item_saves_itself_and_says_what_has_changed(cast, sign_in, arranged):
    mine, other = arranged(2)
    with scope.tenant(cast.tenant.pk):
        save(other, "2.1", {"points": "8"})
    client, sent = sign_in(cast.evaluator), {"item": "2.1", "points": "１３", "note": "达到 90%", "revision": "0"}
    told = client.post(address(mine, "items/"), sent, **JSON).json()
    assert (told["revision"], told["at"], told["is_apart"], told["scored"]) == (1, "10:21", True, "已评 3 / 8 项")
    assert ("相差 5 分" in told["difference"], "1 项分歧未合议：2.1" in told["side"], "8" in told["others"]) == (
        True,
        True,
        True,
    )
    assert client.post(address(mine, "items/"), sent | {"points": "16", "revision": "1"}, **JSON).json() == {
        "problem": "得分不得大于 15"
    }
    answer = client.post(address(mine, "items/"), sent | {"points": "9"}, **JSON)
    assert (answer.status_code, answer.json()["fields"], answer.json()["revision"]) == (
        409,
        {"points": "13", "note": "达到 90%"},
        1,
    )
    assert client.post(address(mine, "items/"), {"item": "9.9"}, **JSON).status_code == 400


def test_without_a_script_each_item_is_a_form_and_a_clash_shows_both_texts(cast, sign_in, arranged):
    (sheet,) = arranged()
    client = sign_in(cast.evaluator)
    first = client.post(address(sheet, "items/"), {"item": "1.1", "points": "8", "note": "记录完整", "revision": "0"})
    assert (first.status_code, first.url) == (302, address(sheet) + "#item-1.1")
    clash = client.post(address(sheet, "items/"), {"item": "1.1", "points": "5", "note": "缺签名", "revision": "0"})
    page = text(clash)
    assert (clash.status_code, "10:21 存的是：8 分，记录完整" in page, "缺签名" in page, 'value="5"' in page) == (
        409,
        True,
        True,
        True,
    )
    wrong = client.post(address(sheet, "items/"), {"item": "1.1", "points": "11", "note": "", "revision": "1"})
    assert (wrong.status_code, "得分不得大于 10" in text(wrong), 'value="11"' in text(wrong)) == (400, True, True)


def test_photos_go_with_an_item_and_come_back_small(cast, sign_in, arranged):
    (sheet,) = arranged()
    client = sign_in(cast.evaluator)
    assert client.post(address(sheet, "photos/"), {"item": "1.1", "upload": picture()}).status_code == 302
    assert client.post(address(sheet, "photos/"), {"item": "1.1"}).status_code == 400
    with scope.tenant(cast.tenant.pk):
        photo = ScorePhoto.objects.get()
    small = client.get(f"/qinghe/evaluations/score-photos/{photo.pk}/small/")
    assert (small.status_code, b"".join(small.streaming_content)[:2]) == (200, b"\xff\xd8")
    assert client.post(f"/qinghe/evaluations/score-photos/{photo.pk}/remove/").status_code == 302
    with scope.tenant(cast.tenant.pk):
        assert ScorePhoto.objects.count() == 0


def test_a_difference_is_proposed_agreed_and_signed_on_the_pages(cast, sign_in, arranged):
    mine, other = arranged(2)
    with scope.tenant(cast.tenant.pk):
        fill(mine), fill(other, _2_1={"points": "8"})
    client = sign_in(cast.evaluator)
    refused = client.post(address(mine, "sign/"), {"opinion": ""})
    assert (refused.status_code, "还不能签名；1 项分歧未合议：2.1" in text(refused)) == (400, True)
    wrong = client.post(address(mine, "agreements/"), {"item": "2.1", "points": "很多", "reason": "折中"})
    assert (wrong.status_code, "合议得分应为数字" in text(wrong)) == (400, True)
    assert (
        client.post(address(mine, "agreements/"), {"item": "2.1", "points": "10", "reason": "折中"}).status_code == 302
    )
    with scope.tenant(cast.tenant.pk):
        voice = {"agreement": str(Agreement.objects.get().pk)}
    assert client.post(address(mine, "agree/"), {"agreement": "x"}).status_code == 400
    colleague = sign_in(other.membership)
    assert "1 / 2 人同意" in text(colleague.get(address(other, "differences/")))
    assert colleague.post(address(other, "agree/"), voice).status_code == 302
    assert colleague.post(address(other, "withdraw/"), voice).status_code == 409
    assert colleague.post(address(other, "sign/"), {"opinion": "总体良好"}).status_code == 302
    page = text(colleague.get(address(other)))
    assert ("已签名，不能再改" in page, 'data-dialog="sign"' in page, 'name="points"' in page) == (True, False, False)
    with scope.tenant(cast.tenant.pk):
        assert [row.state for row in Scorer.objects.order_by("assigned_at", "id")] == ["declared", "signed"]


def test_the_agency_sees_nothing_of_the_sheets_before_all_have_signed(cast, sign_in, arranged):
    mine, _other = arranged(2)
    with scope.tenant(cast.tenant.pk):
        sign(fill(mine, _2_1={"points": "11.25"}))
    client = sign_in(cast.agency_manager)
    assert [client.get(address(mine, tail)).status_code for tail in ("", "differences/")] == [404, 404]
    assert "11.25" not in text(client.get(f"/qinghe/evaluations/rounds/{mine.round_id}/"))


def test_a_page_asks_the_same_number_of_questions_for_few_and_many(cast, sign_in, arranged):
    mine, other, third = arranged(3)
    client, counts = sign_in(cast.evaluator), []
    pages = (address(mine), address(mine, "differences/"), "/qinghe/evaluations/sheets/")
    with scope.tenant(cast.tenant.pk):
        save(mine, "1.1", {"points": "8"}, "记录完整")
    for _ in range(2):
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
        with scope.tenant(cast.tenant.pk):
            ItemScore.objects.all().delete()
            for sheet, points in ((mine, "13"), (other, "8"), (third, "3")):
                fill(sheet, _2_1={"points": points})
    assert counts[:3] == counts[3:]


def test_a_sheet_of_another_day_is_not_there(cast, sign_in, arranged, monkeypatch):
    (sheet,) = arranged()
    client = sign_in(cast.evaluator)
    monkeypatch.setattr(clock, "now", lambda: at("2024-12-07 08:00"))
    assert [
        client.get(address(sheet)).status_code,
        client.post(address(sheet, "items/"), {"item": "1.1"}).status_code,
    ] == [404, 404]
