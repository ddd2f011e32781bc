"""Looking for somebody's name and family, and what is done towards a home of their own."""

from django.db import transaction

from caseload.actions.station import moving
from caseload.models import Tracing
from tenancy.clock import day_of


@transaction.atomic
def trace(stay, *, channel, started_at, result, form, by, at, published_at=None, file=None):
    """Keep one attempt (寻亲记录); returns (stay, the paper). What was found is entered by `identify`."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "trace")
    moving.past(started_at, at=at, after=now.admitted_at, word="寻亲时间")
    if published_at is not None:
        moving.past(published_at, at=at, after=now.admitted_at, word="公告发布时间")
    data = moving.whole("tracing_record", form)
    words = {"channel": Tracing.Channel(channel).label, "result": Tracing.Result(result).label}
    paper = moving.lay(now, "tracing_record", data=data | words, file=file, on=day_of(started_at), by=by, at=at)
    Tracing.objects.create(
        stay=now, paper=paper, channel=channel, started_at=started_at, published_at=published_at, result=result, by=by, created_at=at
    )  # fmt: skip
    return moving.move(now, "trace", by=by, at=at, papers=("process_record",)), paper


@transaction.atomic
def note_settling(stay, *, form, on, by, at, file=None):
    """Keep one step towards settling (资料整理、DNA 提取、信息发布跟踪 …); returns (stay, the paper)."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "note_settling")
    data = moving.whole("settlement_papers", form)
    paper = moving.lay(now, "settlement_papers", data=data, file=file, on=on, by=by, at=at)
    return moving.move(now, "note_settling", by=by, at=at, papers=("process_record",)), paper
