"""Asking for the evidence pack of a round, keeping it, and remembering who took it."""

from django.db import transaction

from documents.actions import files, jobs
from documents.models import StoredFile
from evaluations.models import Round
from evaluations.queries import packs as queries
from evaluations.queries import samples
from tenancy import audit
from tenancy.problems import Refused

ZIP = "application/zip"


@transaction.atomic
def ask_pack(round, *, by, at):
    """Ask for the pack of a round as it stands; returns the Job. The same facts and draw give one pack, however often asked."""
    if round.facts is None:
        raise Refused("事实还没有固定，开始评估后才能生成证据包")
    return jobs.ask(
        queries.JOB_KIND, queries.job_key(round), f"{round} 证据包"[:160], {"round": round.pk}, by=by, at=at
    )


@transaction.atomic
def keep_pack(round, content, *, by, at):
    """Keep the pack that the job made as the round's; returns its StoredFile. `content` is bytes."""
    name = f"{round.contract.code}-{round.evaluation}-第{round.no}轮-证据包.zip"
    stored = files.keep(content, name=name, content_type=ZIP, by=by, at=at)
    Round.objects.filter(pk=round.pk).update(pack=stored)
    audit.record("pack.made", by=by, at=at, target=round, file=str(stored.pk), sha256=stored.sha256, size=stored.size)
    return stored


@transaction.atomic
def note_download(round, seat, *, by, at):
    """Keep in the trail that somebody takes the pack with the stories of its samples, before it leaves; returns its file.

    Refused while it has not been made.
    """
    stored: StoredFile | None = queries.file_of(queries.job_of(round))
    if stored is None:
        raise Refused("证据包还没有生成")
    draw = samples.current_draw(round)
    numbers = [str(row) for row in samples.files_of(draw)] if draw else []
    audit.record(
        "pack.downloaded", by=by, at=at, target=round, file=str(stored.pk), sha256=stored.sha256, samples=numbers, fields_seen=["sample.words"],
        party=seat.party if seat else "", purpose=f"{round.title}评分" if seat else f"组织{round.title}",
    )  # fmt: skip
    return stored
