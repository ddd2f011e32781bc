"""Who comes in and who does not, and who somebody turns out to be."""

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions import registers
from caseload.actions.station import moving
from caseload.models import Stay
from caseload.rules import people
from caseload.rules import station as rules
from contracts.models import Contract
from tenancy import keys
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused, broken_rule

# What may be known of a person: sealed words, and plain values that say nothing alone.
PERSON = ("name", "id_number", "phone", "native_place", "features", "belongings", "kin")
PLAIN = ("sex", "birth_date", "estimated_age")
REGISTER, ROOMS = "resident", "care_room"


@transaction.atomic
def admit(contract, *, person, arrival, asked_at, admitted_at, form, by, at, room=None, bed="", file=None):
    """Take a person in (求助登记表); returns the Stay, on the register of residents from that day.

    `person` ⊆ PERSON + PLAIN; without a name and an identity number the identity counts as unknown, and looks and an
    estimated age are asked instead. `file` is the signed form. Raises Refused with everything that is wrong at once.
    """
    _refuse_unless_receiving(by, contract)
    known = _known(person)
    data = rules.kept("admission", form)
    _refuse_gaps("没有登记入站", _admission_gaps(known, data, asked_at, admitted_at, at=at))
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)  # one number at a time
    stay = Stay(
        contract=contract, number=f"{contract.code}-Z-{queries.next_number(Stay, contract, 'Z'):04d}", state=rules.goal_state("admit", ""),
        is_identified=_is_identified(known), arrival=arrival, asked_at=asked_at, admitted_at=admitted_at,
        created_by=by, created_at=at, **known,
    )  # fmt: skip
    _take_bed(stay, room, bed)
    stay.entry = registers.enter(
        contract=contract, kind=REGISTER, from_day=day_of(admitted_at), label=stay.number, at=at,
        facts={"identity_unknown": not stay.is_identified}, papers=("application", *moving.basic_papers(stay)),
    )  # fmt: skip
    _save(stay)
    moving.lay(stay, "admission", data=data, file=file, on=day_of(admitted_at), by=by, at=at)
    moving.remember(stay, "admit", "", by=by, at=at)
    return stay


@transaction.atomic
def refuse(contract, *, person, arrival, asked_at, form, by, at, file=None):
    """Don't take a person in (不予救助通知书), with the reason that is handed to them; returns the Stay, which is none."""
    moving.refuse_unless_deciding(by, contract)
    known = _known(person)
    data = moving.whole("refusal", form)
    moving.past(asked_at, at=at, word="求助时间")
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    stay = Stay(
        contract=contract, number=f"{contract.code}-B-{queries.next_number(Stay, contract, 'B'):04d}", state=rules.goal_state("refuse", ""),
        is_identified=_is_identified(known), arrival=arrival, asked_at=asked_at, created_by=by, created_at=at, **known,
    )  # fmt: skip
    _save(stay)
    moving.lay(stay, "refusal", data=data, file=file, by=by, at=at)
    moving.remember(stay, "refuse", "", by=by, at=at, reason=data["reason"])
    return stay


@transaction.atomic
def identify(stay, *, person, found_at, form, by, at):
    """Enter who somebody turned out to be, with where it is known from; what was written before stays in the file.

    Raises Refused for an identity that is known already, or that the answers don't make known.
    """
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "identify")
    if now.is_identified:
        raise Refused("身份已查明")
    known = _known(person)
    data = moving.whole("identity", form)
    gaps = [] if _is_identified(known) else ["写明姓名和身份证号"]
    _refuse_gaps("没有登记身份", gaps + _number_gaps(known))
    moving.past(found_at, at=at, after=now.admitted_at, word="查明时间")
    kept = {name: known[name] for name in known if known[name] not in ("", None)}
    for field, value in kept.items():
        setattr(now, field, value)
    now.is_identified = True
    before = {"was": {name: getattr(stay, name).reveal() for name in ("name", "id_number", "features") if getattr(stay, name)}}  # fmt: skip
    moving.lay(now, "identity", data=data | {"before": str(before["was"])}, on=day_of(found_at), by=by, at=at)
    return moving.move(
        now, "identify", by=by, at=at, is_identified=True, identified_at=found_at, facts={"identity_unknown": False},
        papers=moving.basic_papers(now), **kept,
    )  # fmt: skip


def _known(person):
    """The typed values of a person as columns hold them, with the indexes by which they are found again."""
    known = {field: str(person.get(field) or "").strip() for field in PERSON}
    known |= {field: person.get(field) or None for field in PLAIN}
    known["name"], number = people.normal_name(known["name"]), people.normal_id_number(known["id_number"])
    known["id_number"], known["sex"] = number, known["sex"] or ""
    if number and not people.id_number_fault(number):
        known["birth_date"] = known["birth_date"] or people.birth_date_of(number)
        known["sex"] = known["sex"] or people.sex_of(number)
    known["name_index"] = keys.blind_index(known["name"]) if known["name"] else ""
    known["id_number_index"] = keys.blind_index(number) if number else ""
    return known


def _is_identified(known):
    return bool(known["name"] and known["id_number"])


def _admission_gaps(known, data, asked_at, admitted_at, *, at):
    gaps = _number_gaps(known)
    gaps += [] if known["sex"] else ["未填性别"]
    if not _is_identified(known):
        gaps += [] if known["features"] else ["身份未查明的，写明体貌特征"]
        gaps += [] if known["estimated_age"] or known["birth_date"] else ["身份未查明的，填估计年龄"]
    gaps += ["入站时间不得早于求助时间"] if admitted_at < asked_at else []
    gaps += ["入站时间不得晚于现在"] if admitted_at > at else []
    missing = rules.gaps("admission", data)
    return gaps + ([f"求助登记表未填：{'、'.join(missing)}"] if missing else [])


def _number_gaps(known):
    fault = people.id_number_fault(known["id_number"]) if known["id_number"] else ""
    return [fault] if fault else []


def _refuse_gaps(message, gaps):
    if gaps:
        raise Refused(message, gaps)


def _refuse_unless_receiving(by, contract):
    """Whoever is on duty receives people: the agency's, and the station's own."""
    if contract.purchaser_id == by.organisation_id and allows(by, Permission.STAY_CONFIRM):
        moving.refuse_unless_running(contract)
    else:
        moving.refuse_unless_working(by, contract)


def _take_bed(stay, room, bed):
    if room is not None and (room.contract_id != stay.contract_id or room.kind != ROOMS):
        raise Refused("所选宿舍不在本合同的名册中")
    stay.room, stay.bed = room, bed.strip()[:10] if room else ""


def _save(stay):
    try:
        with transaction.atomic():
            stay.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("没有登记入站", [broken_rule(error, Stay, "此人刚被别人登记")]) from error
