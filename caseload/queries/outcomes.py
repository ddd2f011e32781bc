"""Reads of what became of a case: its scales over time, from the forms in its file."""

from caseload.queries.cases import answers_of, case_papers
from caseload.rules import outcomes

# The forms that hold scores.
MEASURING = ("assessment", "process", "evaluation")


def scale_courses(papers):
    """[outcomes.Course] of a case's filed papers; for those who handle the case, since scores are sealed with the form."""
    return outcomes.courses(
        [(paper.filled_on, answers_of(paper).get("scales", [])) for paper in papers if paper.kind in MEASURING]
    )


def scales_of(case):
    """The same, read now; one statement."""
    return scale_courses(case_papers(case).filter(kind__in=MEASURING))
