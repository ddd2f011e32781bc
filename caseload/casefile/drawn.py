"""What became of a case as pictures: goals as bars, scales before and after, each with its words."""

from caseload.rules import outcomes
from documents.render import drawing


def goal_lines(goals, *, drawn=True):
    """[(outcomes.Attained, its bar)] of goals; no bar where nothing is judged yet."""
    judged = [outcomes.attained(goal) for goal in goals]
    return [
        (goal, drawing.degree(goal.percent, label=f"{goal.title}：{goal.told}") if drawn else "") for goal in judged
    ]


def scale_lines(courses, *, font=drawing.SONG):
    """[(outcomes.Course, its picture)] of scales that were measured."""
    return [(one, _picture(one, font)) for one in courses]


def _picture(one, font):
    scores = [score for _, score in one.scores]
    return drawing.before_after(one.full, scores, label=f"{one.name}：{one.told}", font=font)
