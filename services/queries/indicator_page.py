"""Everything that one indicator's page shows, in a number of statements that does not grow with the records."""

import re
from io import StringIO

from ruamel.yaml import YAML

from contracts.queries import own_area
from services.indicators import chart, matrix, mending, spelling, telling
from services.indicators.conditions import Field, Papers
from services.indicators.measure import definition_of, measure_contract, read_contract
from services.indicators.rows import listed, progress, short_cells
from services.models import ActivityKind
from services.queries import readings
from services.queries.indicators import labels as all_labels
from tenancy import workdays
from tenancy.permissions import Permission, allows

PAGE, CELLS = 50, 10
# Whose rows a member may look at, by where they come from.
ROWS_OF = {
    "record": Permission.RECORD_VIEW, "group": Permission.RECORD_VIEW, "answer": Permission.RECORD_VIEW, "document": Permission.REPORT_VIEW,
    "case": Permission.CASE_VIEW, "register": Permission.LEDGER_VIEW, "staff": Permission.CONTRACT_VIEW, "incident": Permission.RECORD_VIEW,
    "clock": Permission.RECORD_VIEW, "score": Permission.EVALUATION_VIEW, "indicator": Permission.CONTRACT_VIEW,
}  # fmt: skip
# Words of a definition that stand elsewhere on the page.
ABOUT = ("clause_text", "source")
# The order of a definition's words: what it is called and what it is of, then the rest.
FIRST = ("id", "zh", "of", "within", "where", "gate", "count", "over", "each", "every", "reach", "target", "areas")
# What is set in bold in a sentence: days, and bounds with their number and unit.
SLOT = re.compile(
    r"(\d{4}年\d+月\d+日至\d{4}年\d+月\d+日|(?:每个街道（乡镇）)?(?:不少于|不超过|不低于|超过|应为|为)[\d,.]+(?:至[\d,.]+)?[^，；。（）\d]{0,6}?(?=[，；。（方]|$))"
)


def indicator_page(member, row, *, on, area=None, after=0, start=None):
    """What the page of an indicator shows to the member; `area` is the id of a contract area to which lists are confined.

    `after` is where the shown page of a grid's subjects starts, `start` the number of its first shown period.
    """
    table, labels = measure_contract(row.contract, on=on), all_labels()
    measured = table.by_code[row.code]
    place = place_of(member, table.areas, area)
    sees = sees_rows(member, measured.promise.source, place)
    lists, off = _lists(row, place, on=on, labels=labels) if sees else (dict.fromkeys(LISTS, ()), [])
    acts, result = mending.acts(measured, off)
    grids = _grids(row, measured, place, labels, on=on, after=after, start=start, sees=sees, areas=table.areas)
    return {
        "indicator": row, "contract": row.contract, "measured": measured, "line": telling.line(measured, labels), "table": table, "place": place, "area": str(place.pk) if place is not None else "", "confined": own_area(member),
        "segments": segments(row.sentence), "force": telling.GROUPS[row.force], "sees_rows": sees, **lists,
        "parts": [telling.line(other, labels) for other in table.rows if other.promise.part_of == row.code], "wanted": telling.wanted(measured), "acts": acts, "result": result,
        "chart": chart.chart(measured, progress(row.contract, row, on=on, labels=labels), on=on),
        "short": short_cells(row.contract, row, on=on, labels=labels, area=place, limit=CELLS) if sees else [],
        "area_cells": list(zip(measured.areas, telling.line(measured, labels).areas, strict=True)) if telling.has_areas(measured) else [],
        "grids": grids, "cells_title": {"期": "各期", "岗": "各岗"}.get(telling.cell_word(measured.promise), "各地区"),
        "spelled": spelling.parts(measured, labels, promises={one.code: one.promise for one in table.rows}, term=(row.contract.starts_on, row.contract.ends_on)),
        "days_left": days_left(measured, on), "yaml": written(row), "reading": readings.reading(row), "versions": readings.versions(row),
        "shows_money": allows(member, Permission.MONEY_VIEW), "may_log": may_log(member, row.contract, measured.promise), "subject_field": subject_field(measured.promise),
        **columns(measured.promise, labels),
    }  # fmt: skip


LISTS = ("off", "more_off", "counted", "more_counted")


def _lists(row, place, *, on, labels):
    """(the first pages of what counts and what doesn't, the latter once more)"""
    ask = {"on": on, "labels": labels, "area": place, "limit": PAGE}
    off, counted = listed(row.contract, row, counts=False, **ask), listed(row.contract, row, counts=True, **ask)
    return dict(zip(LISTS, (off, next_of(off), counted, next_of(counted)), strict=True)), off


def _grids(row, measured, place, labels, *, on, after, start, sees, areas):
    """The grid as people read it: a register's by pages, for those who may see its rows; the others whole."""
    each = measured.promise.each
    if each is not None and each.register:
        ask = {"on": on, "labels": labels, "area": place, "after": after, "start": start}
        return matrix.of_register(row.contract, row, **ask) if sees else []
    names = {str(area.pk): area.name for area in areas}
    name = lambda key: names.get(key) or labels.choice(each.field, key)  # noqa: E731
    return matrix.of_measured(measured, on=on, name=name, start=start)


def days_left(measured, on):
    """Working days until the window ends, the day itself left out; None where there is no pace."""
    if measured.expected is None or measured.status == "not_started":
        return None
    return max(0, workdays.calendar().between(on, measured.promise.last))


def written(row):
    """The definition as its file has it: YAML, without the order of choices that was frozen with it."""
    known = definition_of(row)
    words = {word: known[word] for word in (*FIRST, *known) if word in known and word not in (*ABOUT, "orders")}
    out, yaml = StringIO(), YAML()
    yaml.default_flow_style, yaml.width = None, 100
    yaml.dump(words, out)
    return out.getvalue()


def may_log(member, contract, promise):
    """Where the member may log what is missing: "record", "document", or "" for nowhere."""
    if contract.provider_id != member.organisation_id or contract.state != "active":
        return ""
    wanted = {"record": Permission.RECORD_WRITE, "document": Permission.REPORT_WRITE}.get(promise.source)
    return promise.source if wanted is not None and allows(member, wanted) and len(promise.kinds) == 1 else ""


def more_rows(member, row, *, on, counts, after, area=None):
    """The next page of one list of an indicator's page, as its fragment shows it."""
    areas, labels = [served.area for served in row.contract.contractareas.select_related("area")], all_labels()
    place = place_of(member, areas, area)
    promise = read_contract(row.contract, list(row.contract.indicators.all()))[row.code]
    ask = {"on": on, "labels": labels, "counts": counts, "area": place, "after": after, "limit": PAGE}
    rows = listed(row.contract, row, **ask) if sees_rows(member, promise.source, place) else []
    told = {
        "indicator": row,
        "rows": rows,
        "counting": counts,
        "more": next_of(rows),
        "area": str(place.pk) if place else "",
    }
    return told | columns(promise, labels)


def columns(promise, labels):
    """Which columns the lists of an indicator have: the number that its conditions look at, the papers they ask for."""
    name = {"record": "participants", "group": "members", "answer": "score"}.get(promise.source)
    asked = {condition.name for condition in (*promise.where, *promise.gate) if isinstance(condition, Field)}
    shown = name is not None and (name in asked or name == promise.count.field)
    papers = any(isinstance(condition, Papers) for condition in promise.gate)
    return {"figure": labels.field(name) if shown else "", "shows_papers": papers}


def sees_rows(member, source, place):
    """Whether the member may look at rows of the source; one who is confined to an area only at those of that area."""
    return allows(member, ROWS_OF[source]) and (own_area(member) is None or place is not None)


def place_of(member, areas, chosen):
    """The contract area to which lists are confined: the member's own, or the chosen one, or None for all."""
    own = own_area(member)
    wanted = str(own.pk) if own is not None else str(chosen or "")
    return next((area for area in areas if str(area.pk) == wanted), None)


def next_of(rows):
    """Where the next page starts, or "" when this was the last."""
    return rows[-1].cursor if len(rows) == PAGE else ""


def segments(sentence):
    """A sentence as [(text, is bold)]: its days, bounds and numbers are what both sides look at."""
    return [(part, number % 2 == 1) for number, part in enumerate(SLOT.split(sentence)) if part]


def subject_field(promise):
    """What the entry form calls the subject of a register grid's cell, or "" where records are of nobody on a register."""
    if promise.each is None or not promise.each.register or promise.source != "record":
        return ""
    subject = ActivityKind.objects.filter(code__in=promise.kinds).values_list("subject", flat=True).first()
    return subject if subject in ("household", "person") else ""
