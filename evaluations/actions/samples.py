"""Drawing the sample of a round, opening one of its files, and marking what is wrong with it."""

import secrets

from django.db import transaction
from django.db.models import F

from documents.actions import snapshots
from evaluations.models import Round, RoundSample, SampledFile, SampleReading
from evaluations.queries import rounds
from evaluations.queries import samples as queries
from evaluations.rules import sampling
from services.models import ServiceRecord
from tenancy import audit
from tenancy.problems import Refused


@transaction.atomic
def draw_sample(round, *, count, by, at, seed="", reason=""):
    """Draw `count` files of the round's contract by lot; returns the RoundSample. Without a seed one is made.

    What it is drawn from is frozen with it, so that the draw can be made again whatever is written later. Once scoring has
    begun a sample stays; before that it may be drawn anew with a reason, and the old draw is kept. Refused with everything
    that is wrong at once.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("contract").get(pk=round.pk)
    if not rounds.may_organise(by, round.contract):
        raise Refused("只有甲方经办人可以抽样")
    former = queries.current_draw(round)
    seed, reason = (seed or secrets.token_hex(8)).strip(), reason.strip()[:200]
    pool = queries.pool_of(round.contract, cutoff_on=round.cutoff_on, at=at)
    faults = _faults(round, former, pool, count, seed, reason)
    if faults:
        raise Refused("没有抽样", faults)
    if former is not None:
        RoundSample.objects.filter(pk=former.pk).update(is_replaced=True)
    made = RoundSample.objects.create(
        round=round, seed=seed, rule=sampling.RULE, asked=count, pool=snapshots.freeze("sample_pool", pool, by=by, at=at), drawn_at=at,
        pool_size=sum(map(len, pool.values())), cutoff_on=round.cutoff_on, drawn_by=by, reason=reason if former else "",
    )  # fmt: skip
    drawn = sampling.draw(pool, count, seed)
    _file(made, drawn)
    audit.record(
        "round.sampled", by=by, at=at, target=round, contract=round.contract.code, files=len(drawn), of=made.pool_size, seed=seed, rule=made.rule,
        reason=made.reason,
    )  # fmt: skip
    return made


def _faults(round, former, pool, count, seed, reason):
    refused = sampling.redraw_fault(round.state, is_drawn=former is not None)
    if refused:
        return [refused]
    found = sampling.faults(pool, count, seed)
    return [*found, "重抽须写明原因"] if former is not None and not reason else found


def _file(draw, keys):
    split = [key.partition(":") for key in keys]
    ids = [pk for source, _, pk in split if source == "record"]
    kinds = {
        str(pk): kind for pk, kind in ServiceRecord.objects.filter(pk__in=ids).order_by().values_list("pk", "kind")
    }
    SampledFile.objects.bulk_create(
        SampledFile(draw=draw, number=number, kind=kinds.get(pk, source), **{f"{source}_id": pk})
        for number, (source, _, pk) in enumerate(split, 1)
    )


@transaction.atomic
def open_sample(sample, seat, *, by, at):
    """Remember who opened which file of a sample what for, before anything of it is shown; returns the reading."""
    reading = SampleReading(sample=sample, scorer=seat, first_at=at, last_at=at)
    SampleReading.objects.bulk_create([reading], ignore_conflicts=True)
    rows = SampleReading.objects.filter(sample=sample, scorer=seat)
    rows.update(times=F("times") + 1, last_at=at)
    round = sample.draw.round
    audit.record(
        "sample.opened", by=by, at=at, target=sample, fields_seen=[f"{sample.kind}.words"], round=str(round.pk), party=seat.party, purpose=f"{round.title}评分"
    )  # fmt: skip
    return rows.get()


@transaction.atomic
def mark_sample(sample, seat, *, has_problem, note, by, at):
    """Keep what a scorer found wrong with a file that it has opened, or that nothing is; returns the reading."""
    note = note.strip()[:400] if has_problem else ""
    if has_problem and not note:
        raise Refused("写明有什么问题")
    if seat.state == "signed":
        raise Refused("已签名，标记不能再改")
    reading = SampleReading.objects.select_for_update().filter(sample=sample, scorer=seat).first()
    if reading is None:
        raise Refused("先打开这份样本，再作标记")
    reading.has_problem, reading.note = has_problem, note
    reading.save(update_fields=["has_problem", "note"])
    audit.record("sample.marked", by=by, at=at, target=sample, round=str(sample.draw.round_id), has_problem=has_problem)
    return reading
