"""Rows of a list as families, held against each other and against the ledger: new, known already, or to be asked about.

Pure. A person is known by the identity number; the same name without a number on the ledger is only a guess, and asked.
"""

from dataclasses import dataclass

from caseload.rules.lists import HEADS, Fault, letters, place_of, title

JOIN, NEW, LEAVE = "join", "new", "leave"
CHOICES = {JOIN: "并入原户", NEW: "另立新户", LEAVE: "不导入"}
SAME_PERSON, SAME_FAMILY = "same_person", "same_family"


@dataclass(frozen=True)
class Known:
    """What the tenant knows already.

    Places as {(street, community): key}, categories as {label: code}; of the contract's ledger {identity number: household
    number}, {name and community: household number} of people without an identity number, and the households that have a head;
    identity numbers that stand there under another name or under another contract; household numbers in use.
    """

    places: dict
    categories: dict
    homes: dict
    nameless: dict
    headed: frozenset = frozenset()
    other_names: frozenset = frozenset()
    elsewhere: frozenset = frozenset()
    numbers: frozenset = frozenset()


@dataclass
class Family:
    """The rows of one household; `held` when one of them is faulty, so that no family is taken in half.

    `home` is the household of the ledger to which it belongs or may belong, `known` are the rows of people who stand there,
    `same` the rows that may be people who stand there without an identity number.
    """

    number: str
    lines: list
    home: str = ""
    known: tuple = ()
    same: tuple = ()
    has_head: bool = False

    @property
    def held(self):
        return any(line.faults for line in self.lines)

    @property
    def is_known(self):
        return len(self.known) == len(self.lines)

    @property
    def is_asked(self):
        return bool(self.home) and not self.is_known

    @property
    def fresh(self):
        """The lines of people who are not on the ledger for certain."""
        return [line for line in self.lines if line.row not in self.known]

    @property
    def can_join(self):
        """Whether the household can take the new rows in: it has one head at most."""
        return not (
            self.has_head
            and any(line.values.get("relation") in HEADS for line in self.fresh if line.row not in self.same)
        )

    @property
    def head(self):
        return next((line for line in self.lines if line.values.get("relation") in HEADS), self.lines[0])

    def first(self, name):
        """The first value that any row of the family has for a column of the household."""
        return next((line.values[name] for line in self.lines if line.values.get(name)), "")

    def question(self):
        """What is asked about the family, as it is kept: the reason, its rows, the household, and what can be chosen."""
        certain = bool(self.known)
        return {
            "row": self.lines[0].row,
            "rows": [line.row for line in self.fresh],
            "home": self.home,
            "why": SAME_FAMILY if certain else SAME_PERSON,
            "can_join": self.can_join,
            # Who may be somebody else is never joined without a person's word.
            "suggested": JOIN if certain and self.can_join else LEAVE,
        }


def families_of(lines, columns, known):
    """The lines as families, with the faults that only show between rows, and against places, categories and the ledger."""
    _twice(lines, columns)
    for line in lines:
        line.faults += _against_ledger(line, columns, known)
    families = _grouped(lines, columns)
    for family in families:
        _within(family, columns)
        _at_home(family, columns, known)
    return families


def _fault(line, columns, name, message):
    return Fault(line.row, letters(columns[name]), title(name), message)


def _twice(lines, columns):
    first = {}
    for line in lines:
        number = line.values["id_number"]
        if number and number in first:
            line.faults.append(_fault(line, columns, "id_number", f"与第 {first[number]} 行的身份证号相同"))
        first.setdefault(number, line.row)


def _against_ledger(line, columns, known):
    faults, number = [], line.values["id_number"]
    if number in known.elsewhere:
        faults.append(_fault(line, columns, "id_number", "这个身份证号已在台账中"))
    elif number in known.other_names:
        faults.append(_fault(line, columns, "id_number", "这个身份证号在台账中是另一个姓名，请核对"))
    if (
        line.values["community"]
        and place_of(line.values.get("street", ""), line.values["community"], known.places) is None
    ):
        faults.append(_fault(line, columns, "community", "不在本合同服务的社区（村）内"))
    if line.values.get("category") and line.values["category"] not in known.categories:
        faults.append(_fault(line, columns, "category", "不在本单位的类别表中"))
    return faults


def _grouped(lines, columns):
    """By household number where there is one; else a row of the head, or a row in a list without relations, begins a family."""
    families, by_number = [], {}
    for line in lines:
        number = line.values.get("number", "")
        if number and number in by_number:
            by_number[number].lines.append(line)
            continue
        begins = number or "relation" not in columns or line.values["relation"] in HEADS or not families
        if begins:
            families.append(Family(number, [line]))
            if number:
                by_number[number] = families[-1]
        else:
            families[-1].lines.append(line)
    return families


def _within(family, columns):
    first = family.lines[0]
    heads = [line for line in family.lines if line.values.get("relation") in HEADS]
    for line in heads[1:]:
        line.faults.append(_fault(line, columns, "relation", f"同户第 {heads[0].row} 行已是户主"))
    if not heads and not family.number and "relation" in columns:
        first.faults.append(_fault(first, columns, "relation", "这一户没有户主"))
    for line in family.lines[1:]:
        if (
            line.values["community"]
            and first.values["community"]
            and line.values["community"] != first.values["community"]
        ):
            line.faults.append(_fault(line, columns, "community", f"与同户第 {first.row} 行的社区（村）不同"))


def _at_home(family, columns, known):
    """Find the household of the ledger to which the family belongs; a family of two households is a fault."""
    homes = {
        line.row: known.homes[line.values["id_number"]]
        for line in family.lines
        if line.values["id_number"] in known.homes
    }
    guesses = {line.row: home for line in family.lines if line.row not in homes and (home := _guess(line, known))}
    family.known = tuple(homes)
    homes = homes or (guesses if len(set(guesses.values())) == 1 else {})
    family.home = next(iter(homes.values()), "")
    family.same = tuple(row for row, home in guesses.items() if home == family.home)
    for line in family.lines:
        if line.row in homes and homes[line.row] != next(iter(homes.values())):
            line.faults.append(_fault(line, columns, "id_number", f"与同户第 {next(iter(homes))} 行在台账中不是一户"))
    family.has_head = family.home in known.headed
    if family.number in known.numbers and family.number != family.home:
        first = family.lines[0]
        first.faults.append(_fault(first, columns, "number", "户编号已使用"))


def _guess(line, known):
    values = line.values
    place = place_of(values.get("street", ""), values["community"], known.places) if values["community"] else None
    return known.nameless.get((values["name"], place), "")


def told(families):
    """Every fault in the order of rows, and for the innocent rows of a faulty family why they wait."""
    faults = []
    for family in families:
        bad = [line.row for line in family.lines if line.faults]
        for line in family.lines:
            faults += line.faults
            if bad and not line.faults:
                faults.append(Fault(line.row, "", "整户", f"同户第 {bad[0]} 行有错，整户暂不导入"))
    return sorted(faults, key=lambda fault: (fault.row, len(fault.column), fault.column))
