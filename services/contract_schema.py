"""JSON Schema of the services' sections of a contract file: the closed vocabulary with the Chinese of each word, for editors.

What a definition means, and whether its names are known, is checked by services/indicators/check.py; this says only its form.
"""

from services.indicators.words import (
    ANCHORS,
    AREA_LEVELS,
    COMPARISONS,
    FORCES,
    PARTIAL,
    PERIODS,
    PRESENT_ROWS,
    PRESENT_SUBJECTS,
    SOURCES,
    WORDS,
)
from services.rules.kinds import CODE, FORMULAS
from services.rules.records import COMMON, FIELD_TYPES, SUBJECTS

TEXT = {"type": "string", "minLength": 1}
DAY = {"type": "string", "format": "date"}
NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\$[a-z][a-z0-9_]*$"}]}
# A limit may also be a choice (provincial) or a day.
LIMIT = {"type": ["number", "string"]}
NAMES = {"anyOf": [TEXT, {"type": "array", "minItems": 1, "items": TEXT}]}


def _object(properties, *, required=(), **more):
    said = {"type": "object", "additionalProperties": False, "properties": properties} | more
    return said | ({"required": list(required)} if required else {})


def _one_or_more(one):
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]}


def _compared(limit):
    return dict.fromkeys(COMPARISONS, limit)


SOURCE = {"type": "string", "pattern": rf"^({'|'.join(SOURCES)})(\.[a-z0-9_]+(\|[a-z0-9_]+)*)?$"}
REQUIREMENT = _one_or_more(_object(_compared(LIMIT) | {"since": DAY}, minProperties=1))
CONDITIONS = {"$ref": "#/definitions/conditions"}
COUNT = {
    "anyOf": [TEXT, {"type": "array", "minItems": 1, "items": TEXT}, _object({"sum": TEXT, "mean": TEXT}, minProperties=1, maxProperties=1)]
}  # fmt: skip
HAS = _object(_compared(NUMBER) | {"of": SOURCE, "where": CONDITIONS, "count": COUNT}, required=["of"])
OVER = _object({"of": SOURCE, "where": CONDITIONS, "gate": CONDITIONS, "count": COUNT, "present": {"enum": list(PRESENT_ROWS)}})  # fmt: skip
EACH = _object({
    "register": TEXT, "where": CONDITIONS, "present": {"enum": list(PRESENT_SUBJECTS)}, "area": {"enum": list(AREA_LEVELS)},
    "field": TEXT, "in": {"type": "array", "minItems": 1, "items": TEXT},
})  # fmt: skip
# A condition's own words beside the names of fields.
DEFINITIONS = {
    "conditions": {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "papers": NAMES | {"title": "材料齐全"},
            "approved": NAMES | {"title": "已批准"},
            "has": {"type": "array", "minItems": 1, "items": HAS, "title": "名下记录"},
            "listed": _object({"register": TEXT, "where": CONDITIONS}, required=["register"], title="在名册"),
            "any": {"type": "array", "minItems": 1, "items": CONDITIONS, "title": "满足其一"},
        },
        "additionalProperties": {
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "minItems": 1},
                _object(_compared(LIMIT) | {"given": {"type": "boolean"}, "before": TEXT}, minProperties=1),
            ]
        },
    }
}
# word: (its Chinese, what it holds)
FORMS = {
    "id": ("代号", {"type": "string", "maxLength": 30}),
    "zh": ("名称", TEXT),
    "of": ("计量来源", SOURCE),
    "part_of": ("包含于", TEXT),
    "present": ("在册方式", {"enum": list(PRESENT_ROWS)}),
    "within": ("计量期间", {"type": "array", "minItems": 2, "maxItems": 2, "items": DAY}),
    "where": ("统计对象", CONDITIONS),
    "gate": ("计入条件", CONDITIONS),
    "count": ("计量方式：rows、share、户人等代号，或 {sum: 字段}、{mean: 字段}", COUNT),
    "over": ("除数", {"anyOf": [NUMBER, OVER]}),
    "each": ("逐个对象", EACH),
    "every": ("逐期", _one_or_more({"enum": list(PERIODS)})),
    "anchor": ("周期起算", {"enum": list(ANCHORS)}),
    "partial": ("不足一期", {"enum": list(PARTIAL)}),
    "due": ("应交日", _object({"months": {"type": "integer", "minimum": 0, "maximum": 12}, "day": {"type": "integer", "minimum": 1, "maximum": 31}}, required=["day"])),
    "reach": ("每格要求", REQUIREMENT),
    "apart": ("不重复计入", {"type": "array", "minItems": 1, "items": TEXT}),
    "papers": ("须有材料", NAMES),
    "nil": ("零报告", {"enum": ["month"]}),
    "target": ("目标", {"anyOf": [{"const": "none"}, REQUIREMENT]}),
    "areas": ("分区要求", {"anyOf": [_object(_compared(LIMIT) | {"since": DAY, "but": {"type": "object", "additionalProperties": NUMBER}}, minProperties=1), {"type": "array", "minItems": 1}]}),
    "unit": ("单位", TEXT),
    "pay": ("计价", _object({"price": NUMBER, "cap": NUMBER}, required=["price", "cap"])),
    "force": ("约束力", {"enum": list(FORCES), "default": "hard"}),
    "derived": ("目标未写明", {"type": "boolean"}),
    "clause": ("条款", {"type": "string", "maxLength": 120}),
    "clause_text": ("原文", {"type": "string"}),
    "source": ("出处", {"type": "string"}),
}  # fmt: skip


def sections(own):
    """The schemas of `activity_kinds` and `indicators`; `own` is what the file's form says of the kinds."""
    kind = own["items"]["properties"]
    field = kind["fields"]["items"]["properties"]
    kind["code"] |= {"pattern": f"^{CODE.pattern}$"}
    kind["subject"] = kind["subject"] | {"enum": list(SUBJECTS), "default": "none"}
    kind["shows"] = kind["shows"] | {"items": {"enum": list(COMMON)}}
    field["type"] = field["type"] | {"enum": list(FIELD_TYPES)}
    if "computed" in field:
        field["computed"] = field["computed"] | _object(
            {name: {"type": "array", "items": TEXT} for name in FORMULAS}, minProperties=1, maxProperties=1
        )
    return {"activity_kinds": own, "indicators": {"title": "指标", "type": "array", "items": _indicator()}}


def _indicator():
    return _object(
        {word: {"title": FORMS[word][0]} | FORMS[word][1] for word in WORDS},
        required=["id", "zh"],
        anyOf=[{"required": ["of"]}, {"required": ["part_of"]}],
    )
