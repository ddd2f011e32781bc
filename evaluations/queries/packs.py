"""Reads of evidence packs: what goes into one, which job makes it, which file it is."""

from documents import canonical
from documents.models import StoredFile
from documents.queries import latest_job
from evaluations.queries import rounds
from evaluations.queries import samples as samples
from evaluations.rules import packs as rules
from services.models import Indicator, MonthlyReport

JOB_KIND = "evaluations.pack"


def job_key(round):
    """One pack for the same facts, scheme and draw."""
    draw = samples.current_draw(round)
    frozen = round.facts.digest if round.facts else ""
    made_of = {"facts": frozen, "scheme": round.version.digest, "draw": str(draw.pk) if draw else ""}
    return f"{round.pk}:{canonical.digest(made_of)[:32]}"


def job_of(round):
    """The last job that makes the pack of the round as it stands, or None."""
    return latest_job(JOB_KIND, job_key(round))


def file_of(job):
    """The pack that a job made, or None while it hasn't."""
    made = StoredFile.objects.exclude(path="")
    return made.filter(pk=job.result["file"]).first() if job is not None and job.result.get("file") else None


def item_kinds(round):
    """{item code: kinds of sampled files that its facts count}, in the order of the scheme."""
    definitions = dict(Indicator.objects.filter(contract=round.contract_id).values_list("code", "definition"))
    return {
        item.code: {
            kind for code in (*item.facts, item.indicator) for kind in rules.kinds_counted(definitions.get(code, {}))
        }
        for item in rounds.scheme_of(round).items
    }


def sample_codes(round):
    """{item code: [numbers of the samples that belong to it]} of the standing draw: what a sheet may name beside an item."""
    draw = samples.current_draw(round)
    drawn = [(str(row), row.kind) for row in samples.files_of(draw)] if draw else []
    return rules.places(item_kinds(round), drawn)[0]


def monthly_reports(round):
    """The monthly reports up to the cut-off that were handed in, by month, with figures and PDF."""
    rows = MonthlyReport.objects.filter(contract=round.contract_id, round__gt=0, month__lte=round.cutoff_on)
    return list(rows.select_related("snapshot", "pdf").order_by("month"))
