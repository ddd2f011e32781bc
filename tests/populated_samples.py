"""The sample of the populated bureau's round (tests.populated): a drawn case that its evaluator has opened."""

from caseload.models import CasePaper
from documents.actions.snapshots import freeze
from evaluations.models import RoundSample, SampledFile, SampleReading
from tests.cast import at


def samples(cast):
    """One draw of one case, opened by the evaluator, with a photo that the person agreed to."""
    pool = {"case|": [f"case:{cast.case.pk}"]}
    draw = RoundSample.objects.create(
        round=cast.round, seed="a1", rule="1", asked=1, pool=freeze("sample_pool", pool, by=cast.contract_manager, at=at()), pool_size=1,
        cutoff_on=cast.round.cutoff_on, drawn_by=cast.contract_manager, drawn_at=at(),
    )  # fmt: skip
    cast.drawn = SampledFile.objects.create(draw=draw, number=1, kind="case", case=cast.case)
    SampleReading.objects.create(sample=cast.drawn, scorer=cast.scorer, first_at=at(), last_at=at(), times=1)
    cast.values["evaluations:sample_photo"] = {
        "paper": CasePaper.objects.filter(case=cast.case, kind="photo").first().pk
    }
    cast.values["evaluations:round_report"] = {"kind": "pdf"}
