"""A station at work: rooms, people who stay in them, and the kinds of the library's contract file that their care speaks of."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from caseload.models import RegisterEntry, Stay
from contracts.models import ContractArea, Label
from services.actions import kinds
from tests.cast import at

FCG = Path("contracts/library/fcg.yaml")
NAMES = ("立夏", "大暑", "芒种", "春分", "清明远", "雨水", "霜降", "大雪", "小寒", "白露", "惊蛰", "谷雨")
CARE = {
    "basic_care", "linen_change", "cleaning", "routine_check", "reminder", "safety_round", "dangerous_item", "phone_revisit", "menu_posting",
    "counselling", "spot_check", "emergency_drill",
}  # fmt: skip
SINCE = date(2024, 6, 1)


@cache
def library():
    """The station's contract file."""
    return YAML(typ="safe").load(FCG.read_text(encoding="utf-8"))


@dataclass
class Dormitory:
    """The cast, its contract, the rooms and the stays."""

    cast: object
    rooms: list
    stays: list

    @property
    def contract(self):
        return self.cast.contract


def enter(cast, kind, label, *, since=SINCE, contract=None, **facts):
    entry = RegisterEntry(
        contract=contract or cast.contract,
        kind=kind,
        label=label,
        from_day=since,
        facts=facts,
        created_at=at("2024-06-01 08:00"),
    )
    entry.subject = entry.pk
    entry.save()
    return entry


def make_dormitory(cast, number=3, *, contract=None, since=SINCE, admitted=None):
    """Inside an open scope: rooms of six beds and people in them; the first is nameless."""
    contract = contract or cast.contract
    if contract == cast.contract:
        ContractArea.objects.filter(contract=contract).delete()
        for sort, kind in enumerate(kind for kind in library()["activity_kinds"] if kind["code"] in CARE):
            kinds.save_kind(**kind, sort=sort, by=None, at=at("2024-06-01 08:00"))
        for family in ("register", "incident", "paper"):
            words = library()["labels"][family]
            Label.objects.bulk_create(Label(family=family, code=code, label=word) for code, word in words.items())
    rooms = [
        enter(cast, "care_room", f"{floor + 100} 室", since=since, contract=contract)
        for floor in range(1, (number + 5) // 6 + 1)
    ]
    stays = []
    for n in range(number):
        label = f"{contract.code}-Z-{n + 1:04}"
        stays.append(
            Stay.objects.create(
                contract=contract,
                number=label,
                entry=enter(cast, "resident", label, since=since, contract=contract),
                state="admitted",
                sex="male",
                name=NAMES[n % len(NAMES)] if n else "",
                is_identified=bool(n),
                arrival="police",
                room=rooms[n // 6],
                bed=str(n % 6 + 1),
                asked_at=admitted or at("2024-06-01 08:00"),
                admitted_at=admitted or at("2024-06-01 08:00"),
                created_by=cast.social_worker,
                created_at=at("2024-06-01 08:00"),
            )
        )
    return Dormitory(cast, rooms, stays)
