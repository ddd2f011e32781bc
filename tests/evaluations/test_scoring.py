"""What always holds of scoring, whatever the scheme: full marks for the best, never more, and no order that matters."""

from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.queries.schemes import library
from evaluations.rules import schemes, scoring

FEW = settings(max_examples=40, deadline=None)
KINDS = ("points", "graded", "composite", "indicator", "deduction", "pass_fail")


def item_of(kind, marks, code):
    """A sound item of a kind; marks are even, so that halves have two decimals."""
    marks = D(marks)
    more = {
        "graded": {"levels": [{"title": "优", "marks": marks}, {"title": "中", "marks": marks / 2}, {"title": "差", "marks": 0}]},
        "composite": {"parts": [{"title": "甲", "marks": marks / 4}, {"title": "乙", "marks": marks * 3 / 4}]},
        "indicator": {"indicator": f"I-{code}", "bands": [{"ge": 100, "share": 1}, {"ge": "62.5", "share": "0.75"}, {"ge": 20, "share": "0.1"}]},
        "deduction": {"each": marks / 4},
    }.get(kind, {})  # fmt: skip
    return {"code": code, "title": f"第 {code} 项", "kind": kind, "marks": marks} | more


@st.composite
def definitions(draw):
    """Sound schemes of one to three parties that share the sheet, one to three dimensions, all kinds of items."""
    kinds = draw(st.lists(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4), min_size=1, max_size=3))
    numbers = iter(range(100))
    dimensions = []
    for row in kinds:
        items = [item_of(kind, draw(st.integers(1, 8)) * 4, str(next(numbers))) for kind in row]
        dimensions.append({"title": "方面", "marks": sum(item["marks"] for item in items), "items": items})
    weights = draw(st.sampled_from([("1",), ("0.7", "0.3"), ("0.7", "0.2", "0.1"), ("0.3333", "0.3333", "0.3334")]))
    parties = [
        {
            "code": f"p{index}",
            "title": f"第 {index} 方",
            "side": "evaluator",
            "weight": weight,
            "aggregate": draw(st.sampled_from(["mean", "trimmed_mean"])),
        }
        for index, weight in enumerate(weights)
    ]
    full = sum(dimension["marks"] for dimension in dimensions)
    return {"code": "made", "title": "评分表", "scoring": "score", "full_marks": full, "decimals": draw(st.integers(0, 2)), "parties": parties, "dimensions": dimensions}  # fmt: skip


def best(item):
    """The entry and fact that give everything."""
    entry = {
        "points": {"points": str(item.marks)},
        "graded": {"level": 0},
        "composite": {"parts": [str(part.marks) for part in item.parts]},
        "deduction": {"count": 0},
        "pass_fail": {"passed": True},
    }.get(item.kind, {})
    return scoring.points(item, entry, {"completion": "100", "pace": "100"})


def any_points(item, random):
    """Points of some sound entry."""
    entry = {
        "points": {"points": str(D(random.randint(0, int(item.marks * 100))) / 100)},
        "graded": {"level": random.randrange(len(item.levels) or 1)},
        "composite": {"parts": [str(D(random.randint(0, int(part.marks * 100))) / 100) for part in item.parts]},
        "deduction": {"count": random.randint(0, 6)},
        "pass_fail": {"passed": random.random() < 0.5},
    }.get(item.kind, {})
    return scoring.points(item, entry, {"completion": str(random.randint(0, 130))})


def reached(scheme, sheets, parties=None):
    """The total of sheets by party."""
    totals = [scoring.party_total(scheme, code, sheets[code]) for code in parties or sheets]
    return scoring.total(scheme, totals)


@FEW
@given(definitions())
def test_a_made_scheme_is_sound_and_the_best_entries_give_exactly_its_full_marks(definition):
    assert schemes.faults(definition) == []
    scheme = schemes.parse(definition)
    sheet = {item.code: best(item) for item in scheme.items}
    for scorers in (1, 5):
        sheets = {party.code: dict.fromkeys(range(scorers), sheet) for party in scheme.parties}
        assert reached(scheme, sheets).points == scheme.full_marks


@FEW
@given(definitions(), st.integers(0, 2**32), st.integers(1, 5))
def test_a_total_lies_between_nothing_and_full_marks_and_no_order_changes_it(definition, seed, scorers):
    scheme, random = schemes.parse(definition), Random(seed)
    sheets = {
        party.code: {n: {item.code: any_points(item, random) for item in scheme.items} for n in range(scorers)}
        for party in scheme.parties
    }
    total = reached(scheme, sheets)
    assert 0 <= total.points <= scheme.full_marks
    mixed = {code: {n: _shuffled(sheet, random) for n, sheet in _shuffled(own, random).items()} for code, own in sheets.items()}  # fmt: skip
    assert reached(scheme, mixed, parties=_shuffled(mixed, random)) == total
    turned = schemes.parse(definition | {"parties": definition["parties"][::-1]})
    assert reached(turned, sheets).points == total.points


def _shuffled(rows, random):
    keys = list(rows)
    random.shuffle(keys)
    return {key: rows[key] for key in keys}


@FEW
@given(st.lists(st.integers(0, 1500), min_size=1, max_size=9))
def test_a_trimmed_mean_lies_between_the_lowest_and_the_highest_and_of_four_on_drops_one_of_each(hundredths):
    given_ = [D(value) / 100 for value in hundredths]
    definition = {
        "code": "x", "title": "评分表", "scoring": "score", "full_marks": 15,
        "parties": [{"code": "p", "title": "方", "side": "evaluator", "weight": 1, "aggregate": "trimmed_mean"}],
        "dimensions": [{"title": "方面", "marks": 15, "items": [item_of("points", 15, "a")]}],
    }  # fmt: skip
    one = scoring.party_total(schemes.parse(definition), "p", {n: {"a": value} for n, value in enumerate(given_)})
    (item,) = one.items
    assert min(given_) <= item.points <= max(given_)
    assert item.dropped == ((min(given_), max(given_)) if len(given_) >= 4 else ())
    assert sorted((*item.kept, *item.dropped)) == sorted(given_)


@FEW
@given(st.decimals(0, 200, places=2), st.decimals(0, 200, places=2))
def test_more_done_never_gives_less(lower, higher):
    item = schemes.parse(
        {
            "code": "x", "title": "评分表", "scoring": "score", "full_marks": 20,
            "parties": [{"code": "p", "title": "方", "side": "evaluator", "weight": 1}],
            "dimensions": [{"title": "方面", "marks": 20, "items": [item_of("indicator", 20, "a")]}],
        }
    ).item("a")  # fmt: skip
    least, most = sorted((lower, higher))
    points = [scoring.points(item, {}, {"completion": f"{value:f}"}) for value in (least, most)]
    assert points == sorted(points)


@pytest.mark.parametrize(
    ("value", "decimals", "told"),
    [
        ("79.995", 2, "80.00"),
        ("79.994999", 2, "79.99"),
        ("0.005", 2, "0.01"),
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("899.95", 1, "900.0"),
    ],
)
def test_halves_go_up(value, decimals, told):
    assert str(scoring.rounded(D(value), decimals)) == told


@FEW
@given(definitions())
def test_the_same_content_has_the_same_digest_and_another_has_another(definition):
    dimensions = [row | {"marks": f"{row['marks']}.0"} for row in definition["dimensions"]]
    spelt = schemes.stored(definition | {"dimensions": dimensions, "opinions": [], "grades": []})
    assert schemes.digest(definition) == schemes.digest(spelt)
    assert schemes.digest(definition) != schemes.digest(definition | {"title": "另一张评分表"})


@pytest.mark.parametrize("pattern", library(), ids=lambda one: one.code)
def test_a_scheme_of_the_library_is_sound_bears_its_name_and_gives_its_full_marks(pattern):
    assert [str(fault) for fault in schemes.faults(pattern.definition)] == []
    scheme = schemes.parse(pattern.definition)
    assert scheme.code == pattern.code
    sheets = {p.code: {1: {item.code: best(item) for item in scheme.items_of(p.code)}} for p in scheme.weighted}
    total = reached(scheme, sheets)
    assert (total.points, total.vetoes, total.result) == (scheme.full_marks, (), "" if scheme.has_points else "passed")


def three(**changes):
    """The scheme of three parties with full sheets, third party by three people; `changes` are what the first of them gives."""
    scheme = schemes.parse(next(one.definition for one in library() if one.code == "three-parties"))
    sheets = {p.code: {1: {item.code: best(item) for item in scheme.items_of(p.code)}} for p in scheme.weighted}
    full = sheets["third_party"][1]
    return scheme, sheets | {"third_party": {1: full | {c: D(v) for c, v in changes.items()}, 2: full, 3: full}}


def test_one_of_three_who_fails_the_finances_fails_nothing_yet():
    scheme, sheets = three(**{"4.1": 50, "1.2": 100})
    assert reached(scheme, sheets).points == D("993.3")


def test_failed_finances_fail_the_whole_and_leave_the_points():
    scheme, sheets = three()
    failed = {n: sheet | {"4.1": D(0)} for n, sheet in sheets["third_party"].items()}
    total = reached(scheme, sheets | {"third_party": failed})
    assert (total.points, total.vetoes, total.grade, total.result) == (
        D("950.0"),
        ("财务合规（一票否决）",),
        "",
        "failed",
    )
    assert total.worked["parties"][0]["failed"] == ["4.1"]


def test_people_far_apart_settle_it_and_their_own_scores_stay_on_record():
    scheme, sheets = three(**{"2.2": 60})
    (apart,) = scoring.disagreements(scheme, "third_party", sheets["third_party"])
    assert (apart.item.code, apart.lowest, apart.highest, apart.apart, apart.allowed) == ("2.2", 60, 100, 40, 30)
    one = scoring.party_total(scheme, "third_party", sheets["third_party"], {"2.2": D(80)})
    item = next(item for item in one.items if item.code == "2.2")
    assert (one.points, item.points, item.kept, item.is_agreed) == (D("680.0"), 80, (60, 100, 100), True)


def test_a_total_waits_for_every_party_and_every_item():
    scheme, sheets = three()
    with pytest.raises(ValueError, match="行业督导还没有评分"):
        reached(scheme, sheets, parties=["third_party", "purchaser"])
    with pytest.raises(ValueError, match="购买方还有未评的项：履约配合"):
        scoring.party_total(scheme, "purchaser", {1: {c: v for c, v in sheets["purchaser"][1].items() if c != "3.4"}})
    with pytest.raises(ValueError, match="购买方还没有评分"):
        scoring.party_total(scheme, "purchaser", {})


def test_a_sheet_in_work_tells_what_is_open_and_what_it_comes_to_so_far():
    scheme = schemes.parse(next(one.definition for one in library() if one.code == "nc1-midterm"))
    entries = {"1.1": {"points": "8"}, "1.2": {"points": "99"}, "3.2": {"level": 1}}
    open_items = [item.code for item in scoring.missing(scheme, "panel", entries, {"reports": {"late": 1}})]
    assert open_items == ["1.2", "1.3", "1.4", "2.1", "2.2", "4.1"]
    assert scoring.so_far(scheme, "panel", {"1.1": D(8), "3.2": D(8), "1.3": None}) == (16, 20, D("80.00"))
    assert scoring.so_far(scheme, "panel", {}) == (0, 0, None)


def test_rows_of_the_contract_apply_when_all_that_they_name_is_met():
    rows = [
        {"title": "a", "result": "failed", "effects": ["rectify"]},
        {"title": "b", "reminders": {"ge": 3}, "effects": ["terminate"]},
        {"title": "c", "score": {"lt": "80"}, "effects": ["rectify"]},
        {"title": "d", "score": {"lt": 80}, "result": "failed", "effects": ["hold_payment"]},
        {"title": "e", "effects": ["pay"]},
    ]
    told = [
        [row["title"] for row in scoring.followed(rows, **known)]
        for known in ({"result": "failed"}, {"reminders": 2}, {"reminders": 3}, {"score": D("79.99")}, {"score": D(70), "result": "failed"}, {"score": D(80)}, {})
    ]  # fmt: skip
    assert told == [["a"], [], ["b"], ["c"], ["a", "c", "d"], [], []]
