"""The forms of a case as data: sections, fields, choices, what must be filled and who signs.

Clause: MTG04 附件2 五（三）, which names nine forms and says what each stage must find out;
the tenth is the questionnaire that lies with them. A form's answers are {name: text},
several choices {name: [text, …]}; what the system knows already (facts) is printed and never typed again.
"""

from caseload.rules import outcomes
from caseload.rules.forms.questions import Form
from caseload.rules.forms.satisfaction import SATISFACTION
from caseload.rules.forms.stages import AGREEMENT, ASSESSMENT, CLOSURE, EVALUATION, INTAKE, PLAN
from caseload.rules.forms.steps import FOLLOW_UP, PROCESS, REFERRAL

# In the order in which they lie in a file.
FORMS = {form.kind: form for form in (
    INTAKE, ASSESSMENT, PLAN, AGREEMENT, PROCESS, EVALUATION, CLOSURE, REFERRAL, FOLLOW_UP,
    SATISFACTION,
)}  # fmt: skip
# How several papers of one kind are told apart.
COUNTED = {"plan": "第 {} 版", "process": "第 {} 次", "follow_up": "第 {} 次", "satisfaction": "第 {} 份"}
# Those that are filled as the work goes, apart from the acts of a stage; a plan is then a new version.
ANYTIME = ("process", "plan", "referral", "follow_up", "satisfaction")
# Those that also count as an answer of the served person: services takes them down together with it.
ANSWERED = ("satisfaction",)
# act: the forms that it files
STAGES = {
    "submit_intake": ("intake",),
    "complete_assessment": ("assessment",),
    "sign_plan": ("plan", "agreement"),
    "complete_evaluation": ("evaluation",),
    "submit_closure": ("closure",),
}


def form_of(kind):
    """The Form of a kind of a case's papers; a Form of another file is itself."""
    return kind if isinstance(kind, Form) else FORMS[kind]


def asked(field, data):
    """Whether the question stands, given the other answers."""
    return not field.when or data.get(field.when[0]) == field.when[1]


def is_anonymous(kind, data):
    """Whether the paper must not name the person: a questionnaire that was filled in without a name."""
    return kind == "satisfaction" and data.get("anonymous") == "是"


def is_empty(value):
    """Whether an answer says nothing."""
    return not (value.strip() if isinstance(value, str) else value)


def gaps(kind, data):
    """The labels of every question of the form that must be answered and isn't, in its order."""
    return [
        field.label
        for field in form_of(kind).fields
        if (field.required or field.when) and asked(field, data) and is_empty(data.get(field.name))
    ]


def faults(kind, data):
    """What is wrong with the numbers of a form's answers, in words."""
    found = []
    for field in form_of(kind).fields:
        value = data.get(field.name)
        if field.look == "scales":
            found += outcomes.faults(value or [])
        elif field.look == "number" and not is_empty(value) and not outcomes.is_within(value, field.most):
            found.append(f"{field.label}须在 0 到 {field.most} 之间")
    return found


def answers(kind, data):
    """The form's own answers of what was sent: trimmed, without empty ones and without questions that don't stand."""
    kept = {}
    for field in form_of(kind).fields:
        value = data.get(field.name)
        if field.look == "scales":
            value = outcomes.cleaned(value)
        if value is None or is_empty(value) or not asked(field, data):
            continue
        if field.look == "scales":
            kept[field.name] = value
            continue
        several = isinstance(value, list | tuple)
        kept[field.name] = [str(one)[:80] for one in value] if several else str(value).strip()[: field.longest]
    return kept


def with_goals(kind, data, goals):
    """The answers as they are filed: with the goals of the case as they stand that day, where the form prints them."""
    return {**data, "goals": list(goals)} if goals and "goals" in form_of(kind).facts else data


def told(kind, data, words=None):
    """[(section title, [(field, text)])] for reading and printing: every question, "" where nothing was answered.

    `words` maps field → {answer: word} where answers are codes. Answers to questions that the form doesn't have (older
    files) come last, under 其他.
    """
    words, known, sections = words or {}, {"goals"}, []
    for section in form_of(kind).sections:
        lines = []
        for field in section.fields:
            known.add(field.name)
            if asked(field, data):
                lines.append((field, _said(data.get(field.name), words.get(field.name, {}))))
        if lines:
            sections.append((section.title, lines))
    return sections, [(name, _said(value, {})) for name, value in data.items() if name not in known and value]


def _said(value, words):
    if value is None:
        return ""
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        return outcomes.told(value)
    if isinstance(value, list | tuple):
        return "、".join(words.get(str(one), str(one)) for one in value)
    return words.get(value, str(value))
