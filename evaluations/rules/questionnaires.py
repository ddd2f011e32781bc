"""Questionnaires as data: what a definition may say, how an answer is read, and what of it is satisfied. Pure.

Satisfied is 很满意 or 满意 of one question, divided by the valid questionnaires, unless the questionnaire says otherwise
(NC1 二（一）5 names a rate without saying how it is worked out). The dimensions of FCG 二（一）3: 态度、速度、能力、效果.
"""

from dataclasses import dataclass
from decimal import Decimal

GRADE, SCALE, YES_NO, CHOICE, TEXT = "scale5", "scale", "yes_no", "choice", "text"
KINDS = {GRADE: "满意程度（五档）", SCALE: "打分", YES_NO: "是或否", CHOICE: "单选", TEXT: "文字"}
GRADES = (("5", "很满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "很不满意"))
YES, NO = "yes", "no"
CONTENT = ("5", "4")
MEAN = "mean"
MOST_QUESTIONS, MOST_OPTIONS, LONGEST, LONGEST_WORDS = 20, 12, 200, 500
SCORED = (GRADE, SCALE)


@dataclass(frozen=True)
class Question:
    """One question; `options` are (value, word) of what may be chosen, empty for words."""

    code: str
    text: str
    kind: str
    options: tuple = ()
    dimension: str = ""
    required: bool = True

    def word(self, value):
        """A value as it is read: 很满意; an unknown or missing one is 未填."""
        return dict(self.options).get(str(value), "未填") if value not in (None, "") else "未填"


@dataclass(frozen=True)
class Questionnaire:
    """A definition that was read: which question decides whether somebody is satisfied, and which gives the score."""

    code: str
    title: str
    intro: str
    questions: tuple
    decides: str = ""
    content: frozenset = frozenset()
    scores: str = ""
    papers: dict = None

    def question(self, code):
        """The question with the code, or None."""
        return next((one for one in self.questions if one.code == code), None)

    @property
    def chosen(self):
        """The questions that are answered by choosing."""
        return [one for one in self.questions if one.kind != TEXT]

    @property
    def told_rule(self):
        """How the rate and the mean are worked out, in one sentence."""
        parts = []
        if self.decides:
            asked = self.question(self.decides)
            words = "、".join(f"“{word}”" for value, word in asked.options if value in self.content)
            parts.append(f"“{asked.text}”答{words}的计为满意，满意率 = 满意份数 ÷ 有效份数")
        if self.scores == MEAN:
            parts.append("评分取各打分题的平均")
        elif self.scores:
            parts.append(f"评分取“{self.question(self.scores).text}”")
        return "；".join(parts)


# --- the definition -----------------------------------------------------------------------------------------------
def faults(definition):
    """What is wrong with a definition, as Chinese sentences; empty when it can be used."""
    found = []
    if not str(definition.get("title", "")).strip():
        found.append("写上问卷名称")
    rows = definition.get("questions") or []
    if not rows:
        return [*found, "至少一道题"]
    if len(rows) > MOST_QUESTIONS:
        found.append(f"最多 {MOST_QUESTIONS} 道题，这份有 {len(rows)} 道")
    codes = [row.get("code") for row in rows]
    if len(set(codes)) < len(codes) or not all(codes):
        found.append("每道题须有自己的代号")
    for number, row in enumerate(rows, 1):
        found += [f"第 {number} 题：{told}" for told in _question_faults(row)]
    # What decides is looked at once the questions can be read.
    return found or [*_deciding_faults(definition, {row["code"]: row for row in rows})]


def _question_faults(row):
    if not str(row.get("text", "")).strip():
        yield "写上题目"
    if len(str(row.get("text", ""))) > LONGEST:
        yield f"题目不超过 {LONGEST} 字"
    kind = row.get("kind")
    if kind not in KINDS:
        yield "没有这种题型"
    if kind == CHOICE and not 2 <= len(row.get("options") or []) <= MOST_OPTIONS:
        yield f"单选须有 2 到 {MOST_OPTIONS} 个选项"
    if kind == SCALE and not 1 <= _span(row) <= 10:
        yield "打分的最高分须高于最低分，相差不超过 10 分"


def _deciding_faults(definition, rows):
    decides, scores = definition.get("satisfied") or {}, definition.get("score")
    if not decides and not scores:
        yield "须指明哪道题判定是否满意，或哪道题给出评分"
    if decides:
        row = rows.get(decides.get("question"))
        if row is None or row.get("kind") == TEXT:
            yield "判定是否满意的须是一道选择题"
        elif not set(map(str, decides.get("counts") or ())) & {value for value, _ in _options(row)}:
            yield "选出哪些答案计为满意"
        elif not row.get("required", True):
            yield "判定是否满意的题不能选填"
    if scores == MEAN:
        scored = {_scale_of(row) for row in rows.values() if row.get("kind") in SCORED}
        if len(scored) != 1:
            yield "各打分题分制不同，不能平均"
    elif scores and rows.get(scores, {}).get("kind") not in SCORED:
        yield "给出评分的须是一道打分题"


def _scale_of(row):
    return (1, 5) if row.get("kind") == GRADE else (int(row.get("least", 1)), int(row.get("most", 5)))


def _span(row):
    try:
        least, most = _scale_of(row)
    except (TypeError, ValueError):
        return 0
    return most - least


def _options(row):
    if row["kind"] == GRADE:
        return GRADES
    if row["kind"] == YES_NO:
        return ((YES, "是"), (NO, "否"))
    if row["kind"] == SCALE:
        least, most = _scale_of(row)
        return tuple((str(value), f"{value} 分") for value in range(most, least - 1, -1))
    if row["kind"] == CHOICE:
        return tuple((str(number), word) for number, word in enumerate(row.get("options") or (), 1))
    return ()


def parse(definition):
    """The Questionnaire of a definition without faults."""
    decides = definition.get("satisfied") or {}
    return Questionnaire(
        code=definition.get("code", ""),
        title=definition["title"],
        intro=definition.get("intro", ""),
        questions=tuple(
            Question(
                row["code"], row["text"], row["kind"], _options(row), row.get("dimension", ""), row.get("required", True) and row["kind"] != TEXT
            )
            for row in definition["questions"]
        ),
        decides=decides.get("question", ""),
        content=frozenset(map(str, decides.get("counts") or ())),
        scores=definition.get("score") or "",
        papers=definition.get("papers") or {},
    )  # fmt: skip


# --- an answer ----------------------------------------------------------------------------------------------------
def read(questionnaire, given, *, whole=True):
    """(answers, words, problems) of what somebody chose and wrote: `given` maps codes of questions to texts.

    `problems` maps codes to sentences. With `whole`, what is required must be there; a sheet of paper may have gaps.
    """
    answers, words, problems = {}, {}, {}
    for question in questionnaire.questions:
        value = str(given.get(question.code) or "").strip()
        if question.kind == TEXT:
            if len(value) > LONGEST_WORDS:
                problems[question.code] = f"写了 {len(value)} 字，不超过 {LONGEST_WORDS} 字"
            elif value:
                words[question.code] = value
        elif value in dict(question.options):
            answers[question.code] = value
        elif value:
            problems[question.code] = "没有这个选项"
        elif whole and question.required:
            problems[question.code] = "还没有选"
    return answers, words, problems


def judged(questionnaire, answers):
    """(satisfied or None, score or None) of an answer; None where the question that tells it was not answered."""
    deciding = answers.get(questionnaire.decides)
    satisfied = None if deciding is None else deciding in questionnaire.content
    if questionnaire.scores == MEAN:
        marks = [Decimal(answers[one.code]) for one in questionnaire.questions if one.kind in SCORED and one.code in answers]  # fmt: skip
        score = (sum(marks) / len(marks)).quantize(Decimal("0.01")) if marks else None
    else:
        mark = answers.get(questionnaire.scores)
        score = None if mark is None else Decimal(mark)
    return satisfied, score


def is_valid(questionnaire, satisfied, score):
    """Whether an answer is valid: it tells what the measure is about."""
    return satisfied is not None if questionnaire.decides else score is not None


def dimensions_of(questionnaire, answers):
    """The dimensions that were answered, in the order of the questions."""
    found = [one.dimension for one in questionnaire.questions if one.dimension and one.code in answers]
    return list(dict.fromkeys(found))
