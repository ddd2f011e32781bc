"""The form of a contract file as JSON Schema, for editors that complete and check while one writes. Sense is checked elsewhere."""

from contracts.contract_file.shape import FILE, FORMAT

DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
TEXTS = {"type": "array", "items": {"type": "string"}}
MONEY = {"type": "number", "minimum": 0, "exclusiveMaximum": 10**12}
# What a value of each kind is in JSON; texts, choices, parts and rows are told from their Spec.
PLAIN = {
    "money": MONEY,
    "decimal": {"type": "number", "minimum": 0, "exclusiveMaximum": 10**10},
    "integer": {"type": "integer", "minimum": 0, "exclusiveMaximum": 2**15},
    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    "boolean": {"type": "boolean"},
    "date": DAY,
    "texts": TEXTS,
    "words": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 60}},
    "areas": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "object", "additionalProperties": TEXTS}},
    "tuples": {"type": "array", "items": {"type": "array", "minItems": 2, "maxItems": 4}},
    "map": {"type": "object"},
    "list": {"type": "array"},
    "marking": {"$ref": "#/definitions/marking"},
}  # fmt: skip


def schema(complete, definitions):
    """The whole schema. `complete(own)` gives other apps' sections, of which `own` is the form that the file knows;
    `definitions` are what these refer to."""
    whole = _of(FILE)
    whole["properties"] |= {"format": {"const": FORMAT, "title": "格式版本"}}
    whole["properties"] |= complete(whole["properties"]["activity_kinds"])
    return (
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "扶约合同文件",
            "description": "docs/contract-file.md",
        }
        | whole
        | {"definitions": definitions}
    )


def _of(spec):
    said = {"title": spec.label} if spec.label else {}
    if spec.kind == "part":
        needed = [name for name, field in spec.fields.items() if field.required]
        said |= {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: _of(field) for name, field in spec.fields.items()},
        }
        return said | ({"required": needed} if needed else {})
    if spec.kind == "rows":
        return said | {"type": "array", "items": _of(_one(spec))}
    if spec.kind == "text":
        return said | {"type": "string", "minLength": 1} | ({"maxLength": spec.limit} if spec.limit else {})
    if spec.kind == "choice":
        said |= {"enum": list(spec.choices)}
    elif spec.kind == "codes":
        said |= {"type": "array", "minItems": 1, "items": {"enum": list(spec.choices)}}
    else:
        said |= PLAIN[spec.kind]
    return said | ({"default": spec.default} if spec.default is not None and not spec.required else {})


def _one(spec):
    """An entry of a list section."""
    return type(spec)("part", fields=spec.fields)
