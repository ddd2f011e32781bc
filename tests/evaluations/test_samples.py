"""The sample of a round: drawn by lot in strata, made again with its seed, read under numbers, each opening kept."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.actions import samples
from evaluations.models import RoundSample, SampleReading
from evaluations.queries import samples as queries
from evaluations.rules import sampling
from services.models import ServiceRecord
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at
from tests.evaluations.sampled import DAY, add_record, arranged

POOL = {"case|a": [f"case:{n}" for n in range(40)], "case|b": ["case:b1"], "visit|a": [f"record:{n}" for n in range(9)]}


# --- the rule -----------------------------------------------------------------------------------------------------
def test_the_same_seed_gives_the_same_files_and_another_seed_others():
    first = sampling.draw(POOL, 8, "20241115")
    shuffled = {name: list(reversed(ids)) for name, ids in reversed(POOL.items())}
    assert sampling.draw(shuffled, 8, "20241115") == first
    assert sampling.draw(POOL, 8, "20241116") != first
    assert first == ["record:0", "case:0", "case:15", "case:2", "case:14", "case:19", "case:25", "case:b1"]


def test_every_stratum_gives_one_file_and_the_rest_goes_by_share():
    assert sampling.seats({"a": 40, "b": 1, "c": 9}, 10) == {"a": 8, "b": 1, "c": 1}
    assert sampling.seats({"a": 30, "b": 1, "c": 19}, 10) == {"a": 6, "b": 1, "c": 3}


def test_with_more_strata_than_seats_only_the_kinds_are_kept_apart():
    pool = {f"visit|{n}": [f"record:{n}"] for n in range(9)} | {"case|1": ["case:1"]}
    assert sampling.strata_for(pool, 10) == pool
    assert {name: len(ids) for name, ids in sampling.strata_for(pool, 5).items()} == {"visit": 9, "case": 1}


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 400), min_size=1, max_size=8),
    st.integers(1, 60),
)
def test_seats_add_up_and_nobody_is_a_whole_seat_below_the_share_for_another(sizes, count):
    if len(sizes) > count:
        with pytest.raises(ValueError, match="more strata"):
            sampling.seats(sizes, count)
        return
    given_seats, total = sampling.seats(sizes, count), sum(sizes.values())
    assert sum(given_seats.values()) == min(count, total)
    assert [name for name, seats in given_seats.items() if not 1 <= seats <= sizes[name]] == []
    shares = {name: Fraction(count * size, total) - given_seats[name] for name, size in sizes.items()}
    open_ones = [short for name, short in shares.items() if given_seats[name] < sizes[name]]
    spare = [shares[name] + 1 for name, seats in given_seats.items() if seats > 1]
    assert not open_ones or not spare or max(open_ones) <= min(spare)


@pytest.mark.parametrize(
    ("pool", "count", "seed", "told"),
    [
        ({}, 8, "a", "事实截至日前没有已核验的记录、已接案的个案或已开展的小组，无从抽样"),
        (POOL, 0, "a", "抽取份数为 1 至 60"),
        (POOL, 61, "a", "抽取份数为 1 至 60"),
        (POOL, 1, "a", "档案有 2 类，每类至少抽 1 份，至少抽取 2 份"),
        (POOL, 8, "随便", "抽样种子为 1 至 40 位数字或字母"),
    ],
)
def test_a_draw_that_cannot_be_is_told_why(pool, count, seed, told):
    assert sampling.faults(pool, count, seed) == [told]


def test_organisations_are_told_by_stems_and_then_by_numbers():
    labels = ["青禾社", "", "桥西站", "青禾社", *(f"社{n}" for n in range(9))]
    assert list(sampling.other_names(labels).values()) == [f"服务机构 {stem}" for stem in "甲乙丙丁戊己庚辛壬癸"] + [
        "服务机构 11"
    ]


# --- the draw -----------------------------------------------------------------------------------------------------
@pytest.fixture
def stage(act):
    """A round in preparation with its evaluator, and verified records of two kinds."""
    return arranged(act)


def draw(stage, **known):
    return samples.draw_sample(stage.round, by=stage.contract_manager, **({"count": 4, "seed": "20241115", "at": at("2024-11-20 09:00")} | known))  # fmt: skip


def test_a_draw_is_kept_with_its_seed_and_pool_and_can_be_made_again(stage):
    made = draw(stage)
    assert (made.seed, made.rule, made.asked, made.pool_size, made.cutoff_on) == ("20241115", "1", 4, 6, DAY)
    assert queries.is_reproducible(made) is True
    assert [str(row) for row in made.files.all()] == ["S-01", "S-02", "S-03", "S-04"]
    assert {row.kind for row in made.files.all()} == {"training", "visit"}


def test_what_is_written_later_changes_no_draw(stage):
    before = queries.pool_of(stage.contract, cutoff_on=DAY, at=at("2024-11-20 09:00"))
    add_record(stage, "visit", day=date(2024, 11, 1), decided="2024-11-21 09:00")
    add_record(stage, "visit", day=date(2024, 11, 16), decided="2024-11-19 09:00")
    add_record(stage, "visit", day=date(2024, 11, 1), state="submitted")
    assert queries.pool_of(stage.contract, cutoff_on=DAY, at=at("2024-11-20 09:00")) == before
    made = draw(stage)
    ServiceRecord.objects.filter(contract=stage.contract).update(state="submitted")
    assert queries.is_reproducible(queries.current_draw(stage.round)) is True
    assert made.pool_size == 6


def test_it_is_drawn_anew_only_before_scoring_and_with_a_reason(stage):
    first = draw(stage)
    with pytest.raises(Refused) as refused, transaction.atomic():
        draw(stage, seed="7")
    assert refused.value.problems == ["重抽须写明原因"]
    second = draw(stage, seed="7", reason="现场摇号", at=at("2024-11-20 10:00"))
    first.refresh_from_db()
    assert (first.is_replaced, first.files.count(), second.is_replaced, second.reason) == (True, 4, False, "现场摇号")
    type(stage.round).objects.filter(pk=stage.round.pk).update(state="scoring")
    with pytest.raises(Refused) as refused, transaction.atomic():
        draw(stage, seed="8", reason="再抽")
    assert (refused.value.problems, RoundSample.objects.count()) == (["评分已开始，样本不能重抽"], 2)


def test_only_the_organiser_draws(stage):
    with pytest.raises(Refused), transaction.atomic():
        samples.draw_sample(stage.round, count=4, by=stage.agency_manager, at=at())


# --- reading ------------------------------------------------------------------------------------------------------
def test_an_opening_is_kept_and_counted_for_whoever_opened(stage):
    made = draw(stage)
    first = made.files.first()
    assert queries.unopened(stage.scorer) == ["S-01", "S-02", "S-03", "S-04"]
    for minute in ("10:00", "10:05"):
        reading = samples.open_sample(first, stage.scorer, by=stage.evaluator, at=at(f"2024-11-21 {minute}"))
    assert (reading.times, reading.first_at, reading.last_at) == (2, at("2024-11-21 10:00"), at("2024-11-21 10:05"))
    assert (queries.unopened(stage.scorer), queries.openings(stage.round)) == (
        ["S-02", "S-03", "S-04"],
        [(stage.scorer, 1, 0)],
    )
    events = AuditEvent.objects.filter(action="sample.opened")
    assert [(row.object_label, row.account, row.detail["purpose"]) for row in events] == [
        ("S-01", stage.evaluator.account, "中期评估评分")
    ] * 2


def test_a_mark_needs_an_opening_and_words(stage):
    first = draw(stage).files.first()
    with pytest.raises(Refused) as refused, transaction.atomic():
        samples.mark_sample(first, stage.scorer, has_problem=True, note="缺签名", by=stage.evaluator, at=at())
    assert str(refused.value) == "先打开这份样本，再作标记"
    samples.open_sample(first, stage.scorer, by=stage.evaluator, at=at())
    with pytest.raises(Refused), transaction.atomic():
        samples.mark_sample(first, stage.scorer, has_problem=True, note=" ", by=stage.evaluator, at=at())
    samples.mark_sample(first, stage.scorer, has_problem=True, note="缺签名", by=stage.evaluator, at=at())
    assert SampleReading.objects.values_list("has_problem", "note").get() == (True, "缺签名")


# --- the pages ----------------------------------------------------------------------------------------------------
@pytest.fixture
def outside(cast, monkeypatch):
    """A drawn sample with no scope open: for pages, which open their own."""
    monkeypatch.setattr("tenancy.clock.now", lambda: at("2024-11-21 10:00"))
    with scope.tenant(cast.tenant.pk):
        arranged(cast)
        draw(cast)
        cast.values["files"] = list(queries.current_draw(cast.round).files.all())
    return cast


def address(cast, *parts):
    return "/".join(["/qinghe/evaluations", *map(str, parts), ""])


def test_the_organiser_draws_on_the_page_and_sees_that_the_seed_holds(outside, sign_in):
    client, place = sign_in(outside.contract_manager), address(outside, "rounds", outside.round.pk, "samples")
    assert "按种子重抽，结果一致" in client.get(place).content.decode()
    wrong = client.post(f"{place}draw/", {"count": "1", "seed": "7", "reason": "现场摇号"})
    assert (wrong.status_code, "至少抽取 2 份" in wrong.content.decode()) == (422, True)
    assert client.post(f"{place}draw/", {"count": "5", "seed": "7", "reason": "现场摇号"}).status_code == 302
    assert "已被替换" in client.get(place).content.decode()


def test_an_evaluator_opens_marks_and_goes_on(outside, sign_in):
    client, files = sign_in(outside.evaluator), outside.values["files"]
    place = address(outside, "rounds", outside.round.pk, "samples")
    assert "已看 0" in client.get(place).content.decode()
    page = client.post(address(outside, "samples", files[0].pk))
    assert (page.status_code, "还有 3 份未看" in page.content.decode(), "下一份 S-02" in page.content.decode()) == (
        200,
        True,
        True,
    )
    assert client.post(address(outside, "samples", files[0].pk, "mark"), {"note": "缺督导签名"}).status_code == 302
    listed = client.get(place).content.decode()
    assert ("已看 1" in listed, "缺督导签名" in listed, "督导" in listed) == (True, True, True)


CLOSED = [
    {"state": "assigned"}, {"state": "recused", "interest": "亲属"}, {"state": "released"}, {"to_day": date(2024, 11, 20)}, {"from_day": date(2024, 11, 22)},
    {"membership": "expert"},
]  # fmt: skip


def test_whoever_has_not_declared_or_does_not_score_now_finds_nothing(outside, sign_in):
    client, sample, round = sign_in(outside.evaluator), outside.values["files"][0].pk, outside.round.pk
    with scope.tenant(outside.tenant.pk):
        rows = type(outside.scorer).objects.filter(pk=outside.scorer.pk)
    places = [
        ("get", "rounds", round, "samples"), ("post", "samples", sample), ("post", "samples", sample, "mark"), ("get", "rounds", round, "pack"),
        ("post", "rounds", round, "pack", "make"), ("post", "rounds", round, "pack", "file"), ("get", "rounds", round, "report", "pdf"),
        ("get", "rounds", round, "report", "xlsx"),
    ]  # fmt: skip
    for change in CLOSED:
        change = {name: outside.members[value] if name == "membership" else value for name, value in change.items()}
        with scope.tenant(outside.tenant.pk):
            before = rows.values(*change).get()
            rows.update(**change)
        answers = [getattr(client, method)(address(outside, *parts)).status_code for method, *parts in places]
        assert (change, answers) == (change, [404] * len(places))
        with scope.tenant(outside.tenant.pk):
            rows.update(**before)
            assert AuditEvent.objects.filter(action="sample.opened").exists() is False
    assert client.post(address(outside, "samples", sample)).status_code == 200


def test_the_agency_sees_no_sample_of_its_own_files(outside, sign_in):
    with scope.tenant(outside.tenant.pk):
        type(outside.scorer).objects.filter(pk=outside.scorer.pk).update(
            party="self", membership=outside.agency_manager
        )
    for role in ("agency_manager", "contract_manager"):
        answer = sign_in(outside.members[role]).post(address(outside, "samples", outside.values["files"][0].pk))
        assert answer.status_code == {"agency_manager": 403, "contract_manager": 404}[role]


def test_the_list_takes_as_many_statements_for_four_samples_as_for_two(outside, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, place = sign_in(outside.evaluator), address(outside, "rounds", outside.round.pk, "samples")
    client.get(place)
    with CaptureQueriesContext(connection) as four:
        client.get(place)
    with scope.tenant(outside.tenant.pk):
        samples.draw_sample(
            outside.round, count=2, seed="7", reason="少抽", by=outside.contract_manager, at=at("2024-11-20 11:00")
        )
    with django_assert_num_queries(len(four)):
        client.get(place)
