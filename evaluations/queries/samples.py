"""Reads of a round's sample: what is drawn from, who may see it under numbers, and what was opened."""

from django.db.models import Count, F, Q
from django.http import Http404

from caseload.models import Case, Group
from caseload.queries.consents import agrees
from caseload.queries.samples import case_photos
from caseload.rules.samples import DRAWN_FROM
from evaluations.models import Round, RoundSample, SampledFile, SampleReading, Scorer
from evaluations.queries import rounds
from evaluations.rules import sampling
from services.models import RecordEvidence, ServiceRecord
from services.queries.records import kinds
from tenancy.permissions import Permission, allows

# The words of what is not a record.
TITLES = {"case": "个案档案", "group": "小组档案"}
CASE, GROUP = TITLES
BESIDE = (
    "draw__round__contract__provider", "draw__round__version", "draw__round__facts", "case__household__area", "case__person", "case__street", "case__worker__account",
    "group__street", "group__leader__account", "record__street", "record__household__area", "record__person__household__area",
    "record__team__household__area", "record__team__person__household__area", "record__created_by__account", "record__decided_by__account",
)  # fmt: skip


# --- who may ------------------------------------------------------------------------------------------------------
def seats_of(member, *, on):
    """The member's places in rounds whose samples it may see on the day: declared, in its days, and not the agency's own.

    The agency sees no sample: it would learn which of its files are looked at.
    """
    if not allows(member, Permission.EVALUATION_SCORE):
        return Scorer.objects.none()
    rows = Scorer.objects.filter(
        membership=member, state__in=["declared", "signed"], from_day__lte=on, to_day__gte=on
    ).exclude(round__state="cancelled")
    return rows.exclude(party="self").exclude(round__contract__provider_id=member.organisation_id)


def seat_in(member, round, *, on):
    """The member's place in the round that opens its samples, or None."""
    return seats_of(member, on=on).filter(round=round).first()


def get_round(member, pk, *, on):
    """(a round whose sample or pack the member may see, its seat or None, whether it organises it), or 404."""
    mine = Q(pk__in=seats_of(member, on=on).order_by().values("round_id"))
    organised = rounds.visible_rounds(member, on=on).filter(contract__purchaser_id=member.organisation_id)
    if allows(member, Permission.ACCEPTANCE_ORGANISE):
        mine |= Q(pk__in=organised.order_by().values("pk"))
    found = Round.objects.filter(mine, pk=pk).select_related("contract__provider", "version", "facts").first()
    if found is None:
        raise Http404
    return found, seat_in(member, found, on=on), rounds.may_organise(member, found.contract)


def get_organised(member, pk, *, on):
    """A round that the member organises, or 404."""
    found, _seat, organises = get_round(member, pk, on=on)
    if not organises:
        raise Http404
    return found


def get_sample(member, pk, *, on):
    """(a drawn file that the member may see under its number, the member's seat), or 404."""
    rows = SampledFile.objects.filter(
        draw__is_replaced=False, draw__round__in=seats_of(member, on=on).values("round_id")
    )
    found = rows.select_related(*BESIDE).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, seat_in(member, found.draw.round, on=on)


# --- the draw -----------------------------------------------------------------------------------------------------
def pool_of(contract, *, cutoff_on, at):
    """{stratum: [keys of files]} from which a sample is drawn: what was there at `at` of the days up to the cut-off.

    Cases that were taken in, groups that have met, and verified records that are in no case's or group's own file. A key is
    "case:…", "group:…" or "record:…" with the id.
    """
    cases = Case.objects.filter(
        contract=contract, state__in=sorted(DRAWN_FROM), opened_on__lte=cutoff_on, created_at__lte=at
    )
    groups = Group.objects.filter(
        contract=contract, state__in=["open", "closed"], first_session_on__lte=cutoff_on, created_at__lte=at
    )
    records = ServiceRecord.objects.filter(
        contract=contract, state="verified", day__lte=cutoff_on, decided_at__lte=at, case=None, group=None
    )
    found = {}
    for source, rows, kind in (("case", cases, None), ("group", groups, None), ("record", records, "kind")):
        for pk, street, *own in rows.order_by("pk").values_list("pk", "street_id", *([kind] if kind else [])):
            found.setdefault(sampling.stratum(own[0] if own else source, street), []).append(f"{source}:{pk}")
    return found


def draws_of(round):
    """Every draw of the round, the standing one first."""
    return list(RoundSample.objects.filter(round=round).select_related("drawn_by__account").order_by("is_replaced", "-drawn_at"))  # fmt: skip


def current_draw(round):
    """The draw that stands, with its pool, or None."""
    return RoundSample.objects.filter(round=round, is_replaced=False).select_related("pool").first()


def keys_of(draw):
    """The drawn files' keys in the order of their numbers."""
    rows = SampledFile.objects.filter(draw=draw).order_by("number").values_list("case_id", "group_id", "record_id")
    return [f"case:{case}" if case else f"group:{group}" if group else f"record:{record}" for case, group, record in rows]  # fmt: skip


def is_reproducible(draw):
    """Whether drawing again from the kept pool with the kept seed gives the very same files under the same numbers."""
    return sampling.draw(draw.pool.data, draw.asked, draw.seed) == keys_of(draw)


# --- the files ----------------------------------------------------------------------------------------------------
def files_of(draw):
    """The drawn files by number, with what their lines say."""
    return SampledFile.objects.filter(draw=draw).select_related("case__street", "group__street", "record__street", "record__team")  # fmt: skip


def titles():
    """{kind of a sampled file: what it is called}."""
    called = {code: row.label if row.label.endswith("记录") else f"{row.label}记录" for code, row in kinds().items()}
    return called | TITLES


def other_names(draw):
    """{name of an organisation or point that a drawn record names: the name under which it is told}."""
    rows = SampledFile.objects.filter(draw=draw, record__team__isnull=False).order_by("number")
    return sampling.other_names(rows.values_list("record__team__label", flat=True))


def readings_of(scorer):
    """{sample id: the scorer's reading of it}."""
    return {row.sample_id: row for row in SampleReading.objects.filter(scorer=scorer, times__gt=0)}


def unopened(scorer):
    """The numbers (S-02 …) of the round's samples that the scorer has not opened yet."""
    drawn = SampledFile.objects.filter(draw__round_id=scorer.round_id, draw__is_replaced=False)
    return [str(row) for row in drawn.exclude(readings__scorer=scorer).order_by("number")]


def openings(round):
    """[(scorer, samples opened, samples with a problem)] of the standing draw, for the organiser; the agency's own scorers see none."""
    opened, wrong = Q(readings__sample__draw__is_replaced=False), Q(readings__has_problem=True)
    rows = Scorer.objects.filter(round=round, state__in=["declared", "signed"]).exclude(party="self")
    rows = rows.select_related("membership__account", "membership__organisation")
    rows = rows.annotate(opened=Count("readings", filter=opened), wrong=Count("readings", filter=opened & wrong))
    return [(row, row.opened, row.wrong) for row in rows]


# --- what proves a file -------------------------------------------------------------------------------------------
def household_of(record):
    """The household whose record it is, by itself, by its person, or by the entry of a register that it names; or None."""
    named = [record, record.person, record.team, record.team.person if record.team else None]
    return next((one.household for one in named if one is not None and one.household), None)


def about(record):
    """The id of the person whom a record is about: the one it names, or the head of its household; or None."""
    named = record.person_id or (record.team.person_id if record.team else None)
    home = household_of(record)
    return named or (home.people.filter(is_head=True).values_list("pk", flat=True).first() if home else None)


def record_photos(record, *, on):
    """The photos of a household's record, if the served person agreed to photos and to their use in an evaluation.

    Of an event or a training nobody can agree for all who are in the picture: none of its photos is shown.
    """
    household = household_of(record)
    if household is None or not agrees(household, ("photo", "evaluation"), on=on, person=about(record)):
        return RecordEvidence.objects.none()
    rows = RecordEvidence.objects.filter(record=record, kind="photo", consent=True).select_related("file")
    return rows.exclude(file__thumbnail_path="").order_by(F("added_at"), "id")


def photos_of(sample, *, on):
    """The photos of a drawn file that may be shown to those who evaluate."""
    if sample.case:
        return case_photos(sample.case, on=on)
    return record_photos(sample.record, on=on) if sample.record else RecordEvidence.objects.none()


def get_photo(member, pk, paper, *, on):
    """A photo of a drawn file that the member has opened, or 404."""
    sample, seat = get_sample(member, pk, on=on)
    if not SampleReading.objects.filter(sample=sample, scorer=seat).exists():
        raise Http404
    found = photos_of(sample, on=on).filter(pk=paper).first()
    if found is None:
        raise Http404
    return found
