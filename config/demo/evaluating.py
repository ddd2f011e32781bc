"""How the demonstration's contracts are judged: mid-term evaluations, a spot check, a survey, an inquiry, the agency's rating.

Everything goes through the actions, on the days on which it would happen; what waits today is left on people's desks.
"""

from dataclasses import dataclass
from datetime import timedelta

from evaluations.actions import answering, inquiries, ratings, rectification, rounds, sheets, spot_checks, surveys
from evaluations.actions import samples as sampling
from evaluations.models import Round, Scorer
from evaluations.queries import sheets as sheet_queries
from evaluations.queries import surveys as survey_queries

EVALUATION = "E1"
# What the agency and the evaluators enter, item by item, in the order of the contract's scheme; None is not scored yet.
SELF = ("18", "19", "18", "14", "9")
NOTES = {
    "1.1": "进度落后，年前集中补做",
    "1.2": "抽看的档案表单齐全，两份过程记录偏简",
    "2.1": "样本覆盖两个街道",
    "3.1": "月报内容完整",
    "4.1": "票据与台账相符",
}


@dataclass(frozen=True)
class Judged:
    """A mid-term evaluation: by whom, what each entered, when the facts were frozen, and whether it is concluded."""

    experts: tuple
    points: tuple
    cutoff: int  # days before today
    concluded: int = 0  # days before today; 0: the scoring is under way
    sample: int = 0


def evaluate(stage, judged, today):
    """Put one evaluation on the agenda, from its preparation to where it stands today."""
    back = lambda days: stage.workday(today - timedelta(days=days))  # noqa: E731
    first = back(judged.cutoff - 1)
    stage.later(_prepare, first, "09:00", stage=stage, judged=judged, today=today)
    stage.later(_self_evaluate, stage.after(first, 2), "15:00", stage=stage)
    scored = stage.after(first, 5)
    for place, name in enumerate(judged.experts):
        stage.later(
            _score,
            scored,
            f"{10 + place}:00",
            stage=stage,
            person=stage.world[name],
            points=judged.points[place],
            signs=bool(judged.concluded),
        )
    if judged.concluded:
        stage.later(_state, stage.after(scored, 2), "10:00", stage=stage)
        stage.later(_conclude, back(judged.concluded), "16:00", stage=stage)


def _prepare(stage, judged, today, *, at):
    day = at.date()
    until = today + timedelta(days=12)
    made = rounds.prepare(
        stage.contract, evaluation=EVALUATION, cutoff_on=today - timedelta(days=judged.cutoff), self_until=stage.after(day, 4),
        scores_until=until, by=stage.handler, at=at,
    )  # fmt: skip
    people = [stage.world[name] for name in judged.experts]
    rounds.assign(
        made, party="panel", people=people, from_day=day, to_day=until, lead=people[0], by=stage.handler, at=at
    )
    rounds.open_round(made, by=stage.handler, at=at)
    if judged.sample:
        sampling.draw_sample(
            made, count=judged.sample, seed=f"{stage.contract.code}{day:%Y%m%d}", by=stage.handler, at=at
        )


def _open_round(stage):
    return Round.objects.get(contract=stage.contract, evaluation=EVALUATION)


def _sheet(round, person):
    return Scorer.objects.get(round=round, membership=person)


def _fill(sheet, points, *, by, at):
    items = sheet_queries.scheme_of(sheet.round).items_of(sheet.party)
    typed = [item for item in items if item.kind == "points"]
    for item, entered in zip(typed, points, strict=True):
        if entered is not None:
            sheets.save_item(
                sheet, item.code, entry={"points": entered}, note=NOTES.get(item.code, ""), revision=0, by=by, at=at
            )


def _self_evaluate(stage, *, at):
    sheet = _sheet(_open_round(stage), stage.manager)
    sheets.declare(sheet, by=stage.manager, at=at)
    _fill(sheet, SELF, by=stage.manager, at=at)
    sheets.sign(sheet, opinion="按合同约定开展服务，进度落后的事项已列出补做计划。", by=stage.manager, at=at)


def _score(stage, person, points, signs, *, at):
    sheet = _sheet(_open_round(stage), person)
    sheets.declare(sheet, by=person, at=at)
    _fill(sheet, points, by=person, at=at)
    if signs:
        sheets.sign(sheet, opinion="资料完整，按方案评定。", by=person, at=at)


def _state(stage, *, at):
    rounds.state(_open_round(stage), statement="对评分没有异议，落后的事项按月补做。", by=stage.manager, at=at)


def _conclude(stage, *, at):
    rounds.conclude(_open_round(stage), opinion="按评估小组评分登记。", by=stage.handler, at=at)


# --- the rest of the year's checks --------------------------------------------------------------------------------------
def check_on_the_spot(stage, day):
    """A spot check with one line that differs; the order goes out, and the agency has replied."""
    stage.later(_check, day, "14:00", stage=stage)
    stage.later(_reply, stage.after(day, 4), "11:00", stage=stage)


def _check(stage, *, at):
    made = spot_checks.open_check(
        stage.contract, held_on=at.date(), team=f"{stage.handler.account.name}、{stage.chief.account.name}", about="入户回访的真实性和档案",
        source="records", count=5, seed=f"{stage.contract.code}-{at:%Y%m%d}", by=stage.handler, at=at,
    )  # fmt: skip
    noted = {line.no: ("agrees", "") for line in made.lines.all()}
    noted[2] = ("differs", "记录的时长比户主所说多半小时，缺当日照片")
    spot_checks.note_lines(made, noted=noted, by=stage.handler, at=at)
    spot_checks.close_check(
        made, opinion="5 份中 1 份与实际不一致。", demand="与户主核对时长并更正，补照片，自查同一小组本月全部记录。",
        due_on=stage.after(at.date(), 8), by=stage.handler, at=at,
    )  # fmt: skip


def _reply(stage, *, at):
    row = stage.contract.rectifications.get(no=1)
    rectification.reply(
        row,
        reply="已与户主核对并更正时长，补了照片；该组本月 18 份记录已自查，另改 1 份。",
        by=stage.manager,
        at=at,
    )


def ask_in_writing(stage, day):
    """A question of the purchaser that waits for the agency's answer."""
    stage.later(_ask, day, "10:20", stage=stage)


def _ask(stage, *, at):
    inquiries.ask(
        stage.contract, kind="question", title="10 月回访数量", words="月报的回访户数与台账相差 3 户，请说明原因并附名单编号。", place="",
        by=stage.handler, at=at,
    )  # fmt: skip


def survey_by_link(stage, today, answers):
    """The purchaser's own survey with an open link, under way; `answers` are the fifth question's, one phone each."""
    first = stage.before(today, 6)
    stage.later(_open_survey, first, "09:00", stage=stage, today=today)
    for place, value in enumerate(answers):
        stage.later(
            _answer,
            first + timedelta(days=place * (today - first).days // len(answers)),
            f"{11 + place % 8}:{place % 60:02d}",
            stage=stage,
            value=value,
            place=place,
        )


def _open_survey(stage, today, *, at):
    pattern = survey_queries.library()["service"]
    asked = surveys.save_questionnaire(stage.contract, pattern, by=stage.handler, at=at)
    survey = surveys.create_survey(
        stage.contract, questionnaire=asked, kind="satisfaction", title="服务满意度调查（民政局组织）", ways=["link", "paper"], from_day=at.date(),
        to_day=today + timedelta(days=20), target=60, population="records", served_from=stage.contract.starts_on, served_to=at.date(),
        by_category=False, counts=False, by=stage.handler, at=at,
    )  # fmt: skip
    surveys.open_survey(survey, by=stage.handler, at=at)


def _answer(stage, value, place, *, at):
    survey = stage.contract.surveys.get()
    given = {f"q{number}": str(max(1, int(value) - (place + number) % 2)) for number in range(1, 5)} | {"q5": value}
    if place % 7 == 3:
        given["q6"] = "希望多来几次，讲讲怎么办证。"
    streets = [row.area for row in stage._streets()]
    answering.answer(
        survey, given=given, nonce=f"demo-{stage.contract.code}-{place}", street=streets[place % len(streets)], at=at
    )


def rate_purchaser(stage, day):
    """The agency rates the purchaser for the first half year."""
    stage.later(_rate, day, "17:00", stage=stage)


def _rate(stage, *, at):
    ratings.submit_rating(
        stage.contract,
        "h1",
        answers={"paid": 4, "answered": 3, "overall": 4},
        comment="付款及时；质疑的口径希望一次说清。",
        by=stage.manager,
        at=at,
    )
