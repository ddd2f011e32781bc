"""The tables of docs/algorithms/scoring.md say what the rules do."""

import json
import re
from decimal import Decimal as D

import pytest
from django.conf import settings
from ruamel.yaml import YAML

from evaluations.queries.schemes import pattern
from evaluations.rules import schemes, scoring

PART = {"title": "分项"}
ITEMS = {
    "A": {"kind": "points", "marks": 10},
    "B": {"kind": "graded", "marks": 10, "levels": [{"title": word, "marks": marks} for word, marks in (("优", 10), ("中", 6), ("差", 0))]},
    "C": {"kind": "composite", "marks": 10, "parts": [PART | {"marks": 6}, PART | {"marks": 4}]},
    "D": {"kind": "indicator", "marks": 15, "indicator": "X-01", "bands": [{"ge": 100, "share": 1}, {"ge": 80, "share": "0.8"}, {"ge": 60, "share": "0.6"}]},
    "E": {"kind": "deduction", "marks": 10, "each": 3, "source": "late_reports"},
    "F": {"kind": "pass_fail", "marks": 10},
}  # fmt: skip


def table(name):
    """The rows of a marked table of the page, as lists of texts."""
    page = (settings.BASE_DIR / "docs" / "algorithms" / "scoring.md").read_text(encoding="utf-8")
    lines = page.split(f"<!-- table: {name} -->\n")[1].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def scheme_of(items, **party):
    """A scheme of one party and one dimension."""
    judge = {"code": "panel", "title": "评估小组", "side": "evaluator", "weight": 1} | party
    rows = [{"code": code, "title": code} | item for code, item in items.items()]
    marks = sum(item["marks"] for item in items.values())
    definition = {"code": "x", "title": "评分表", "scoring": "score", "full_marks": marks}
    return schemes.parse(
        definition | {"parties": [judge], "dimensions": [{"title": "全部", "marks": marks, "items": rows}]}
    )


@pytest.mark.parametrize(("code", "entry", "fact", "told"), table("points"))
def test_points_are_as_told(code, entry, fact, told):
    item = scheme_of(ITEMS).item(code)
    facts = {"items": {"X-01": {"completion": fact or None}}, "reports": {"late": int(fact)} if code == "E" and fact else {}}  # fmt: skip
    if told == "refused":
        with pytest.raises(ValueError):
            scoring.points(item, json.loads(entry), scoring.fact_of(item, facts))
    else:
        expected = None if told == "none" else D(told)
        assert scoring.points(item, json.loads(entry), scoring.fact_of(item, facts)) == expected


@pytest.mark.parametrize(("aggregate", "apart", "scores", "told"), table("parties"))
def test_a_party_is_as_told(aggregate, apart, scores, told):
    limit = {"apart": dict([apart.split()])} if apart else {}
    scheme = scheme_of({"A": {"kind": "points", "marks": 15}}, aggregate=aggregate, **limit)
    sheets = {number: {"A": D(score)} for number, score in enumerate(scores.split(", "))}
    if told == "to agree":
        assert [one.item.code for one in scoring.disagreements(scheme, "panel", sheets)] == ["A"]
        with pytest.raises(ValueError, match="合议"):
            scoring.party_total(scheme, "panel", sheets)
        assert scoring.party_total(scheme, "panel", sheets, {"A": D(11)}).points == D(11)
    else:
        assert scoring.disagreements(scheme, "panel", sheets) == []
        assert scoring.party_total(scheme, "panel", sheets, {}).points == D(told)


def spread(scheme, party, points):
    """A sheet of a party that comes to so many points."""
    sheet, left = {}, D(points)
    for item in sorted(
        scheme.items_of(party), key=lambda item: not item.veto
    ):  # the finances first: points alone are looked at
        sheet[item.code] = min(item.marks, left)
        left -= sheet[item.code]
    return sheet


@pytest.mark.parametrize(("third", "purchaser", "supervisor", "told", "grade"), table("totals"))
def test_a_total_is_as_told(third, purchaser, supervisor, told, grade):
    scheme = schemes.parse(pattern("three-parties").definition)
    given = {"third_party": third, "purchaser": purchaser, "supervisor": supervisor}
    totals = [scoring.party_total(scheme, code, {1: spread(scheme, code, points)}) for code, points in given.items()]
    total = scoring.total(scheme, totals)
    assert total.points == D(told)
    if third == "0":  # nothing at all fails the finances, too
        assert (total.vetoes, total.grade, total.result) == (("财务合规（一票否决）",), "", "failed")
        assert scoring.grade_of(scheme, total.points) == grade
    else:
        assert (total.vetoes, total.grade, total.result) == ((), grade, "")


@pytest.mark.parametrize(("scorers", "passed_by", "result"), table("passing"))
def test_passing_is_as_told(scorers, passed_by, result):
    scheme = schemes.parse(pattern("nc-third-party").definition)
    good = {item.code: item.marks for item in scheme.items}
    sheets = {n: good if n < int(passed_by) else good | {"2.1": D(0)} for n in range(int(scorers))}
    total = scoring.total(scheme, [scoring.party_total(scheme, "third_party", sheets)])
    assert (total.points, total.result) == (None, result)


@pytest.mark.parametrize(("score", "effects", "line"), table("lines"))
def test_what_follows_is_as_told(score, effects, line):
    text = (settings.BASE_DIR / "contracts" / "library" / "nc1.yaml").read_text(encoding="utf-8")
    section = re.search(r"^evaluations:\n.*?(?=^\w)", text, re.MULTILINE | re.DOTALL).group()
    rows = YAML(typ="safe").load(section)["evaluations"][1]["consequences"]
    assert [", ".join(row["effects"]) for row in scoring.followed(rows, score=D(score))] == [effects]
    assert scoring.lines_hit(D(score), rows) == ([D(line)] if line else [])
