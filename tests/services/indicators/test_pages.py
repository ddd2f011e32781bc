"""The indicator table of a contract, the value of what counts, and one indicator's page."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import contract_file
from contracts.models import PriceLine, ReadGrant
from tenancy import clock, scope
from tests.services.indicators import mentougou as m
from tests.services.indicators.world import at

TODAY = date(2024, 11, 20)


@pytest.fixture
def world(cast, monkeypatch):
    """The Mentougou contract on 20 November 2024, without records."""
    monkeypatch.setattr(clock, "now", lambda: at(TODAY))
    with scope.tenant(cast.tenant.pk):
        return m.mentougou(cast)


@pytest.fixture
def events(world):
    """Ten events that count, one short of two in the third subdistrict, and three that don't count."""
    with scope.tenant(world.cast.tenant.pk):
        for number in range(8):
            world.add(
                "record",
                event(f"邻里同乐 第{number + 1}场", 36, area=(11, 21)[number % 2], day=f"2024-{6 + number // 2:02}-12"),
            )
        world.add("record", event("重阳茶话会", 40), event("重阳歌会", 45), event("重阳讲座", 42, state="submitted"))
        world.add("record", event("国庆图片展", 28), event("乒乓球赛", 53))
        world.pk = world.contract.indicators.get(code="MTG04-12").pk
    return world


def event(title, people, area=31, day="2024-10-11", state="verified"):
    return {
        "kind": "event",
        "title": title,
        "day": day,
        "participants": people,
        "facts": {"topic": "festival"},
        "area_id": area,
        "state": state,
    }


def text_of(answer):
    """What people read on a page, with single spaces."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def path(world, tail):
    return f"/{world.cast.tenant.slug}/services/{tail}"


# --- the table of a contract ---------------------------------------------------------------------------------------------
def test_the_table_groups_by_force_and_folds_the_staff(events, sign_in):
    answer = sign_in(events.cast.contract_manager).get(path(events, f"contracts/{events.contract.pk}/indicators/"))
    told = text_of(answer)
    assert re.findall("合同指标 （|计划指标 （|仅报告 （", told) == ["合同指标 （", "计划指标 （", "仅报告 （"]
    assert "社区活动 附件1 第5项；每街镇 ≥ 4 场 12 场 10" in told
    assert "4 / 4 4 / 4 2 / 4 不足 3" in told
    assert "关注 云岭镇差 2 场，1 条待审核" in told
    assert "另有 6 项人员配备指标，0 项达标，6 项未达标" in told


def test_the_table_takes_the_same_statements_for_one_record_and_for_many(world, sign_in):
    client, counts = sign_in(world.cast.social_worker), []
    client.get(path(world, f"contracts/{world.contract.pk}/indicators/"))  # the first request renews the session
    for number in (1, 3):
        with scope.tenant(world.cast.tenant.pk):
            world.add("record", *(event(f"第{number}批", 36) for _ in range(number)))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(path(world, f"contracts/{world.contract.pk}/indicators/"))
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "tail",
    [
        "contracts/{contract}/indicators/",
        "indicators/{pk}/",
        "indicators/{pk}/rows/?after=2024-10-11_00000000-0000-0000-0000-000000000000",
    ],
)
def test_strangers_find_nothing(events, strangers, sign_in, tail):
    address = path(events, tail.format(contract=events.contract.pk, pk=events.pk))
    assert sign_in(events.cast.rivals["social_worker"]).get(address).status_code == 404
    assert sign_in(strangers.social_worker).get(address).status_code == 404
    elsewhere = address.replace(f"/{events.cast.tenant.slug}/", f"/{strangers.tenant.slug}/")
    assert sign_in(strangers.social_worker).get(elsewhere).status_code == 404


# --- what counts, in money -----------------------------------------------------------------------------------------------
@pytest.fixture
def priced(world):
    """As the contract's price lines stand: 138 of 154 cases, 5 of 6 groups, 10 of 12 events; the rest is whole."""
    lines = contract_file.checked(m.LIBRARY.read_text()).data["price_lines"]
    words = ("no", "title", "quantity", "unit", "unit_price", "amount", "indicator")
    with scope.tenant(world.cast.tenant.pk):
        PriceLine.objects.bulk_create(
            PriceLine(contract=world.contract, **{word: line[word] for word in words if word in line}) for line in lines
        )
        world.add("register", *m.files()[1])
        world.add(
            "register", *({"kind": "key_household", "household_id": n, "from_day": "2024-04-01"} for n in range(1, 487))
        )
        world.add(
            "register",
            *({"kind": "household_file", "household_id": n, "from_day": "2023-01-01"} for n in range(155, 487)),
        )
        for source, rows in (
            m.revisits(486),
            *m.cases(138),
            m.groups((11, 11, 21, 21, 31)),
            m.events(("festival",) * 10),
        ):
            world.add(source, *rows)
    return world


def test_the_value_of_what_counts_is_told_line_by_line(priced, sign_in):
    told = text_of(sign_in(priced.cast.bureau_finance).get(path(priced, f"contracts/{priced.contract.pk}/value/")))
    assert "个案帮扶 计入 138 户 154 户 2,200 338,800.00 303,600.00 −35,200.00" in told
    assert "专业小组 计入 5 个 6 个 1,000 6,000.00 5,000.00 −1,000.00" in told
    assert "社区活动 计入 10 场 12 场 3,000 36,000.00 30,000.00 −6,000.00" in told
    assert "管理费 1 项 36,296 36,296.00 36,296.00 0.00" in told
    assert "合计 554,816.00 512,616.00 −42,200.00" in told


def test_money_is_for_those_who_see_money(world, sign_in):
    address = path(world, f"contracts/{world.contract.pk}/value/")
    assert sign_in(world.cast.social_worker).get(address).status_code == 403
    with scope.tenant(world.cast.tenant.pk):
        ReadGrant.objects.create(
            contract=world.contract, organisation=world.cast.rival, reason="联合服务", from_day=date(2024, 1, 1)
        )
    assert sign_in(world.cast.rivals["agency_manager"]).get(address).status_code == 404


# --- one indicator -------------------------------------------------------------------------------------------------------
def test_what_does_not_count_comes_first_with_its_reason_and_who_mends_it(events, sign_in):
    told = text_of(sign_in(events.cast.contract_manager).get(path(events, f"indicators/{events.pk}/")))
    off, counted = told.index("不计入 每条都写明原因和谁来补"), told.index("计入 全部 10")
    assert off < counted
    assert "国庆图片展 主题节日 2024-10-11 云岭镇 云岭社区 28 参加人数仅 28 人，少于 30 人 江一帆" in told[off:counted]
    assert "乒乓球赛 主题节日 2024-10-11 云岭镇 云岭社区 53 参加人数 53 人，多于 50 人 江一帆" in told[off:counted]
    assert "重阳讲座 主题节日 2024-10-11 云岭镇 云岭社区 42 待质控核验 质控" in told[off:counted]
    assert "1 条记录待质控核验，可 +1 （质控） 再新办 1 场，均在云岭镇 都完成：12 / 12 场" in told


def test_the_page_quotes_the_clause_beside_our_reading(events, sign_in):
    told = text_of(sign_in(events.cast.agency_manager).get(path(events, f"indicators/{events.pk}/")))
    assert "在大台街道、城子街道、军庄镇范围内开展 30-50 人的社区活动 12 场，每个镇街不少于 4 场。 附件1 第5项" in told
    assert (
        "2024年6月1日至2025年1月31日 ，社区活动 不少于12场 ，其中 每个街道（乡镇）不少于4场 ；每条记录须参加人数 为30至50人 方可计入；单价3,000元/场，最多按12场计价。"
        in told
    )


def test_a_subdistrict_sees_the_rows_of_its_own_area(events, sign_in):
    told = text_of(sign_in(events.cast.subdistrict_officer).get(path(events, f"indicators/{events.pk}/")))
    assert re.findall(r"邻里同乐 第\d场", told) == [
        "邻里同乐 第7场",
        "邻里同乐 第5场",
        "邻里同乐 第3场",
        "邻里同乐 第1场",
    ]
    assert "国庆图片展" not in told


def test_those_who_may_not_see_records_see_the_sums_alone(events, sign_in):
    told = text_of(sign_in(events.cast.bureau_finance).get(path(events, f"indicators/{events.pk}/")))
    assert "明细由看得到服务记录的人查看" in told
    assert "国庆图片展" not in told


def test_lists_are_paged_and_a_wrong_cursor_is_not_found(events, sign_in, monkeypatch):
    monkeypatch.setattr("services.queries.indicator_page.PAGE", 2)
    client = sign_in(events.cast.contract_manager)
    first = client.get(path(events, f"indicators/{events.pk}/")).content.decode()
    more = re.search(r'hx-get="([^"]+list=off[^"]+)"', first).group(1).replace("&amp;", "&")
    assert re.findall("国庆图片展|乒乓球赛|重阳讲座", text_of(client.get(more))) == ["重阳讲座"]
    assert client.get(re.sub("after=[^&]+", "after=1 OR 1=1", more)).status_code == 404


def test_the_page_takes_the_same_statements_for_one_record_and_for_many(world, sign_in):
    client, counts = sign_in(world.cast.contract_manager), []
    with scope.tenant(world.cast.tenant.pk):
        pk = world.contract.indicators.get(code="MTG04-12").pk
        world.add("record", event("第一场", 36), event("第二场", 20))
    client.get(path(world, f"indicators/{pk}/"))
    for number in (1, 20):
        with scope.tenant(world.cast.tenant.pk):
            world.add("record", *(event(f"第{number}批", people) for people in (36, 20) for _ in range(number)))
        with CaptureQueriesContext(connection) as caught:
            client.get(path(world, f"indicators/{pk}/"))
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_register_grid_names_the_households_that_were_missed(world, sign_in):
    with scope.tenant(world.cast.tenant.pk):
        world.add("register", *m.key_households(3)[1])
        world.add("record", *m.revisits(2, ("2024-05-20", "2024-08-01", "2024-10-08"))[1])
        pk = world.contract.indicators.get(code="MTG04-05").pk
    told = text_of(sign_in(world.cast.contract_manager).get(path(world, f"indicators/{pk}/")))
    assert "户3 2024年第二季度 柳林街道 0 / 1 未达标 户3 2024年第三季度 柳林街道 0 / 1 未达标" in told
    assert "户3 2024年第四季度 柳林街道 0 / 1 未到期" in told


@pytest.mark.parametrize("number", range(1, 29))
def test_every_indicator_has_a_page(world, sign_in, number):
    with scope.tenant(world.cast.tenant.pk):
        pk = world.contract.indicators.get(code=f"MTG04-{number:02}").pk
    assert sign_in(world.cast.contract_manager).get(path(world, f"indicators/{pk}/")).status_code == 200


# --- grids, numerator and denominator, definition --------------------------------------------------------------------
def page_of(world, sign_in, code, member=None, **asked):
    with scope.tenant(world.cast.tenant.pk):
        pk = world.contract.indicators.get(code=code).pk
    return sign_in(member or world.cast.contract_manager).get(path(world, f"indicators/{pk}/"), asked)


@pytest.fixture
def visited(world):
    """Forty families on the quarterly list: thirty were visited in both quarters that are over, ten in neither."""
    with scope.tenant(world.cast.tenant.pk):
        world.add("register", *m.key_households(40)[1])
        world.add("record", *m.revisits(30, ("2024-05-20", "2024-08-01", "2024-10-08"))[1])
    return world


def test_a_grid_over_a_register_shows_each_family_the_missed_first(visited, sign_in):
    told = text_of(page_of(visited, sign_in, "MTG04-05"))
    grid = told[told.index("逐个对象") :]
    assert "共 40 个对象 对象 二季 三季 四季 一季" in grid
    assert grid.index("户31 石桥街道 0 /1 未做到 0 /1 未做到 0 /1 未到期 0 /1 未到期") < grid.index(
        "户1 石桥街道 1 /1 做到"
    )
    assert "后 30 个对象" in grid


def test_the_next_page_of_a_grid_holds_the_other_families(visited, sign_in):
    first, rest = (
        set(re.findall(r"户\d+(?= \S+ \d /1)", text_of(page_of(visited, sign_in, "MTG04-05", after=after))))
        for after in ("0", "30")
    )
    assert (len(first), len(rest), first & rest) == (30, 10, set())


def test_an_address_that_says_nonsense_shows_the_first_page(visited, sign_in):
    plain = text_of(page_of(visited, sign_in, "MTG04-05"))
    assert text_of(page_of(visited, sign_in, "MTG04-05", after="x", **{"from": "-1"})) == plain


def test_a_worker_goes_from_the_missed_cell_to_the_form(visited, sign_in):
    shown = page_of(visited, sign_in, "MTG04-05", visited.cast.social_worker).content.decode()
    link = re.search(r'href="([^"]+records/new/[^"]+)">登记', shown).group(1).replace("&amp;", "&")
    assert f"contract={visited.contract.pk}&kind=revisit&household=" in link
    assert "登记</a>" not in page_of(visited, sign_in, "MTG04-05").content.decode()


def test_numerator_and_denominator_are_spelled_out(visited, sign_in):
    told = text_of(page_of(visited, sign_in, "MTG04-05"))
    assert (
        "怎么算出来的 81.8% / 100% 分子 90 做到的格 分母 110 已到期或已做到的格 合计 160 全部的格，50 格还没有到期"
        in told
    )


def test_a_count_says_how_many_rows_it_left_out(events, sign_in):
    told = text_of(page_of(events, sign_in, "MTG04-12"))
    assert "怎么算出来的 10 / 12 场 计入 10 条服务记录 不计入 3 条服务记录 其中待审核 1 条服务记录" in told


def test_the_page_says_what_is_needed_a_week_and_how_long_is_left(events, sign_in):
    told = text_of(page_of(events, sign_in, "MTG04-12"))
    assert re.search(r"每周须完成 0\.19 场 还有 \d+ 个工作日", told)


def test_the_definition_stands_as_its_file_has_it(events, sign_in):
    told = text_of(page_of(events, sign_in, "MTG04-12"))
    assert "id: MTG04-12 zh: 社区活动 of: record.event" in told
    assert "target: {ge: 12}" in told


def test_a_grid_takes_the_same_statements_for_one_family_and_for_many(world, sign_in):
    counts, client = [], sign_in(world.cast.contract_manager)
    with scope.tenant(world.cast.tenant.pk):
        pk = world.contract.indicators.get(code="MTG04-05").pk
    for first, last in ((1, 1), (2, 40)):
        with scope.tenant(world.cast.tenant.pk):
            rows = [row for row in m.key_households(last)[1] if row["household_id"] >= first]
            world.add("register", *rows)
        client.get(path(world, f"indicators/{pk}/"))
        with CaptureQueriesContext(connection) as caught:
            client.get(path(world, f"indicators/{pk}/"))
        counts.append(len(caught))
    assert counts[0] == counts[1]
