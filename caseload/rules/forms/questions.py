"""What a form is made of: questions in sections, facts that are printed and not typed, lines to sign."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One question. `look` is words, line, one, many, day, number or scales; `when` = (other field, its answer) asks it only then."""

    name: str
    label: str
    look: str = "words"
    required: bool = True
    choices: tuple = ()
    hint: str = ""
    rows: int = 3
    longest: int = 1500
    when: tuple = ()
    most: int = 0


@dataclass(frozen=True)
class Section:
    title: str
    fields: tuple


@dataclass(frozen=True)
class Form:
    """A form with its title, the facts printed above it, its sections and the lines to sign."""

    kind: str
    title: str
    facts: tuple
    sections: tuple
    signs: tuple
    day: str = "填表日期"
    opinion: str = ""
    terms: tuple = ()

    @property
    def fields(self):
        return [field for section in self.sections for field in section.fields]


def words(name, label, hint="", **known):
    return Field(name, label, "words", hint=hint, **known)


def line(name, label, hint="", **known):
    return Field(name, label, "line", hint=hint, longest=known.pop("longest", 80), **known)


def one(name, label, *choices, **known):
    return Field(name, label, "one", choices=choices, **known)


def many(name, label, *choices, **known):
    return Field(name, label, "many", choices=choices, **known)


def day(name, label, **known):
    return Field(name, label, "day", **known)


def number(name, label, hint="", *, most, **known):
    """A number from 0 to `most`."""
    return Field(name, label, "number", hint=hint, longest=12, most=most, **known)


def scales(label="量表得分"):
    """Scores of scales (rules.outcomes): name, full marks, direction, score."""
    return Field("scales", label, "scales", required=False, hint="用量表测过的才填；评估时再测一次，前后对照")
