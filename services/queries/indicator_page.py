"""Everything that one indicator's page shows, in a number of statements that does not grow with the records."""

import re

from contracts.queries import own_area
from services.indicators import chart, mending, telling
from services.indicators.conditions import Field, Papers
from services.indicators.measure import measure_contract, read_contract
from services.indicators.rows import listed, progress, short_cells
from services.queries.indicators import labels as all_labels
from tenancy.permissions import Permission, allows

PAGE, CELLS = 50, 20
# Whose rows a member may look at, by where they come from.
ROWS_OF = {
    "record": Permission.RECORD_VIEW, "group": Permission.RECORD_VIEW, "answer": Permission.RECORD_VIEW, "document": Permission.REPORT_VIEW,
    "case": Permission.CASE_VIEW, "register": Permission.LEDGER_VIEW, "staff": Permission.CONTRACT_VIEW, "indicator": Permission.CONTRACT_VIEW,
}  # fmt: skip
# What is set in bold in a sentence: days, and bounds with their number and unit.
SLOT = re.compile(
    r"(\d{4}年\d+月\d+日至\d{4}年\d+月\d+日|(?:每个街道（乡镇）)?(?:不少于|不超过|不低于|超过|应为|为)[\d,.]+(?:至[\d,.]+)?[^，；。（）\d]{0,6}?(?=[，；。（方]|$))"
)


def indicator_page(member, row, *, on, area=None):
    """What the page of an indicator shows to the member; `area` is the id of a contract area to which lists are confined."""
    table, labels = measure_contract(row.contract, on=on), all_labels()
    measured = table.by_code[row.code]
    place = place_of(member, table.areas, area)
    sees = sees_rows(member, measured.promise.source, place)
    ask = {"on": on, "labels": labels, "area": place, "limit": PAGE}
    off = listed(row.contract, row, counts=False, **ask) if sees else []
    counted = listed(row.contract, row, counts=True, **ask) if sees else []
    acts, result = mending.acts(measured, off)
    return {
        "indicator": row, "contract": row.contract, "measured": measured, "line": telling.line(measured, labels), "table": table, "place": place, "area": str(place.pk) if place is not None else "", "confined": own_area(member),
        "segments": segments(row.sentence), "force": telling.GROUPS[row.force], "sees_rows": sees, "off": off, "more_off": next_of(off), "counted": counted, "more_counted": next_of(counted),
        "parts": [telling.line(other, labels) for other in table.rows if other.promise.part_of == row.code], "wanted": telling.wanted(measured), "acts": acts, "result": result,
        "chart": chart.chart(measured, progress(row.contract, row, on=on, labels=labels), on=on),
        "short": short_cells(row.contract, row, on=on, labels=labels, area=place, limit=CELLS) if sees else [],
        "area_cells": list(zip(measured.areas, telling.line(measured, labels).areas, strict=True)) if telling.has_areas(measured) else [],
        "cells": [(cell, cell_title(cell, measured.promise, labels, table.areas)) for cell in measured.grid],
        "cells_title": {"期": "各期", "岗": "各岗"}.get(telling.cell_word(measured.promise), "各地区"),
        "shows_money": allows(member, Permission.MONEY_VIEW),
        **columns(measured.promise, labels),
    }  # fmt: skip


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


def cell_title(cell, promise, labels, areas):
    """What a cell of a grid without a register is called: its period, its post, its area."""
    names = {str(area.pk): area.name for area in areas}
    words = [cell.period.title if cell.period is not None else ""]
    if cell.cell is not None:
        words.append(names.get(cell.cell) or labels.choice(promise.each.field, cell.cell))
    return " ".join(filter(None, words))
