"""JSON Schema of a scheme, for editors of contract files. What has to add up is said by scheme_faults alone."""

from evaluations.rules.scheme_faults import AGGREGATES, BASES, KINDS, SCORINGS, SIDES, SOURCES

TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT}
NUMBER = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)?$"}]}
FLAG = {"type": "boolean"}


def _object(properties, *required):
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


def _rows(one, least=1):
    return {"type": "array", "minItems": least, "items": one}


PARTY = _object(
    {
        "code": TEXT | {"maxLength": 30},
        "title": TEXT | {"maxLength": 40},
        "side": {"enum": list(SIDES)},
        "weight": NUMBER | {"title": "权重，0 到 1，各方合计 1"},
        "aggregate": {"enum": list(AGGREGATES), "default": "mean"},
        "trim_from": {"type": "integer", "minimum": 3, "default": 4},
        "apart": {"type": "object", "maxProperties": 1, "properties": {"share": NUMBER, "points": NUMBER}},
        "least": {"type": "integer", "minimum": 1, "default": 1},
        "veto": FLAG,
    },
    "code",
    "title",
    "side",
    "weight",
)
PART = _object({"title": TEXT, "marks": NUMBER}, "title", "marks")
ITEM = _object(
    {
        "code": TEXT | {"maxLength": 20},
        "title": TEXT | {"maxLength": 80},
        "kind": {"enum": list(KINDS)},
        "marks": NUMBER,
        "standard": {"type": "string", "maxLength": 1000},
        "by": TEXTS,
        "facts": TEXTS,
        "veto": FLAG,
        "levels": _rows(PART, 2),
        "parts": _rows(PART, 2),
        "indicator": TEXT,
        "basis": {"enum": list(BASES), "default": "target"},
        "bands": _rows(_object({"ge": NUMBER, "share": NUMBER}, "ge", "share")),
        "each": NUMBER,
        "unit": {"type": "string", "maxLength": 10},
        "source": {"enum": list(SOURCES)},
    },
    "code",
    "title",
    "kind",
)
SCHEME = _object(
    {
        "code": TEXT | {"maxLength": 40},
        "title": TEXT | {"maxLength": 120},
        "scoring": {"enum": list(SCORINGS)},
        "full_marks": NUMBER,
        "decimals": {"enum": [0, 1, 2], "default": 2},
        "parties": _rows(PARTY),
        "dimensions": _rows(_object({"title": TEXT, "marks": NUMBER, "items": _rows(ITEM)}, "title", "items")),
        "grades": _rows(_object({"title": TEXT, "ge": NUMBER}, "title", "ge"), 0),
        "opinions": TEXTS,
    },
    "code",
    "title",
    "scoring",
    "parties",
    "dimensions",
)
MARKING = {"title": "评分方案", "anyOf": [TEXT, SCHEME]}
