"""When the file of a household (一户一策一档) is complete: one definition for pages, lists and indicators.

Clause: MTG04 附件2 三（三）台账标准, 附件1 第3项 (调查表, 逐户逐人方案); a guardian for every minor and every adult who lacks capacity.
"""

from dataclasses import dataclass, field

from caseload.rules import ledger

LEDGER, CATEGORY, PERSON, CARER, PAPER = "ledger", "category", "person", "carer", "paper"
ADULT, MINOR = "adult", "minor"
# A category of the whole family asks these of each of its adults or minors; the other personal ones of somebody.
ASKED_OF_EACH = {"employment": ADULT, "education": ADULT, "schooling": MINOR, "guardian": MINOR}
FORMS = (ledger.NEEDS_SURVEY, ledger.ASSISTANCE_PLAN)


@dataclass(frozen=True)
class Member:
    """What completeness asks of one member. `filled` are personal fields that hold something, `carers` "carer", "guardian"."""

    pk: object
    name: str = ""
    is_minor: bool = False
    is_head: bool = False
    is_incapable: bool = False
    filled: frozenset = frozenset()
    carers: frozenset = frozenset()


@dataclass(frozen=True)
class Held:
    """A present category: what it requires, and whose it is (None: the whole household's)."""

    required: tuple
    person: object = None


@dataclass(frozen=True)
class Item:
    """One thing that the file must hold, and where it is filled in. `by_category` says that a category asks for it."""

    code: str
    label: str
    where: str
    is_filled: bool
    member: Member | None = None
    by_category: bool = field(default=True)

    @property
    def told(self):
        """The item in words: 白**的监护人."""
        return f"{self.member.name}的{self.label}" if self.member and self.member.name else self.label


def items(held, *, members, filled, papers):
    """Every Item of a household's file, in order: categories' fields, guardians, forms.

    `held` are its present categories, `filled` the household's own ledger fields that hold something, `papers` the kinds of
    papers in its file. A household without any category has no standard to meet yet, so the category itself is missing.
    """
    made = [] if held else [Item("category", "类别", CATEGORY, False)]
    asked = _asked(held, members)
    for code in ledger.FIELDS:
        made += [_item(code, member, members, filled) for member in asked.get(code, ())]
    known = {member.pk for member in asked.get("guardian", ()) if member}
    made += [_item("guardian", member, members, filled, by_category=False) for member in members if (member.is_minor or member.is_incapable) and member.pk not in known]  # fmt: skip
    made += [Item(kind, ledger.HOUSEHOLD_PAPERS[kind], PAPER, kind in papers, by_category=False) for kind in FORMS]
    return made


def _asked(held, members):
    """{field: [the members of whom it is asked, None for the household]}, each once."""
    asked, by_pk = {}, {member.pk: member for member in members}
    for line in held:
        for code in line.required:
            if code not in ledger.PERSONAL and code not in ledger.BY_CARERS:
                of = [None]
            elif line.person is not None:
                of = [by_pk[line.person]] if line.person in by_pk else []
            else:
                of = _of_each(code, members) or [None]
            kept = asked.setdefault(code, [])
            kept += [member for member in of if member not in kept]
    return asked


def _of_each(code, members):
    audience = ASKED_OF_EACH.get(code)
    return [member for member in members if audience and member.is_minor is (audience == MINOR)]


def _item(code, member, members, filled, *, by_category=True):
    of_household = member is None and code in ledger.OF_HOUSEHOLD
    where = CARER if code in ledger.BY_CARERS else LEDGER if of_household else PERSON
    return Item(code, ledger.FIELDS[code], where, _is_filled(code, member, members, filled), member, by_category)


def _is_filled(code, member, members, filled):
    """Words that a list brought for the family as a whole count for its head (一户一行 is written about the head)."""
    if code == ledger.FROM_PEOPLE:
        return bool(members)
    if code not in ledger.PERSONAL and code not in ledger.BY_CARERS:
        return code in filled
    if member is None:
        return code in filled or any(_has(one, code) for one in members)
    return _has(member, code) or (member.is_head and code in filled and not _needs_guardian(code, member))


def _needs_guardian(code, member):
    """A minor's or incapable adult's guardian is a person with a telephone; words are not enough."""
    return code == "guardian" and (member.is_minor or member.is_incapable)


def _has(member, code):
    return code in member.filled or code in member.carers


def is_complete(made):
    """Whether nothing of the file is missing."""
    return all(item.is_filled for item in made)


def ledger_complete(made):
    """Whether the ledger holds everything that the categories ask for, whatever papers there are."""
    return all(item.is_filled for item in made if item.by_category)


def missing(made):
    """The items that are missing, in order."""
    return [item for item in made if not item.is_filled]
