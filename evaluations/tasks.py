"""Work of the evaluations app that nobody waits for: ids in, the tenant opened, one action called, twice is once."""

from itertools import count

from documents import jobs
from evaluations.actions import packs
from evaluations.models import Round
from evaluations.queries.packs import JOB_KIND
from evaluations.reporting import pack
from tenancy import clock, scope


@jobs.handler(JOB_KIND)
def make_pack(job, progress):
    """The evidence pack of a round, from its frozen facts and its samples as they stand when the work begins."""
    with scope.tenant(job.tenant_id):
        round = Round.objects.select_related("contract__provider", "contract__purchaser", "version", "facts", "tenant").get(pk=job.arguments["round"])  # fmt: skip
        found = pack.gathered(round)
    done = count(1)
    content = pack.made(found, note=lambda: progress(next(done), found.steps))

    def keep():
        stored = packs.keep_pack(round, content, by=job.asked_by, at=clock.now())
        return {"file": stored.pk}

    return keep
