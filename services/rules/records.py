"""Decisions about service records: which act is allowed when, what a kind of activity asks for, and what is still missing.

The kinds themselves are data (services.ActivityKind); nothing here knows a contract.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

DRAFT, SUBMITTED, VERIFIED, RETURNED = "draft", "submitted", "verified", "returned"
STATE_LABELS = {DRAFT: "草稿", SUBMITTED: "待审", VERIFIED: "已核", RETURNED: "退回"}
# verb: (states in which it is allowed, the state afterwards)
MOVES = {
    "submit": (frozenset({DRAFT}), SUBMITTED),
    "withdraw": (frozenset({SUBMITTED}), DRAFT),
    "verify": (frozenset({SUBMITTED}), VERIFIED),
    "return": (frozenset({SUBMITTED, VERIFIED}), RETURNED),
    "correct": (frozenset({RETURNED}), DRAFT),
}
VERB_LABELS = {
    "start": "登记",
    "submit": "提交",
    "withdraw": "撤回",
    "verify": "核验",
    "return": "退回",
    "correct": "补正",
}
SUBJECTS = ("none", "household", "person", "case", "group", "entry")
# The record's own column for a subject that isn't called like it: an entry of a register, whatever it is there.
SUBJECT_COLUMNS = {"entry": "team"}
# What a record may hang on that has a file of its own, and the evidence that goes into that file with it.
FILED_WITH = ("case", "group")
SHARED_EVIDENCE = frozenset({"photo"})
SUBJECT_WORDS = {"household": "户", "person": "人", "case": "个案", "group": "小组", "entry": "名册"}
FIELD_TYPES = ("choice", "number", "boolean", "date", "text")
# Common fields that a kind may show; all but the team must be filled when they are shown.
COMMON = {
    "mode": "方式",
    "direct": "直接或间接",
    "participants": "参加人数",
    "workers": "服务人员",
    "team": "小组（队）",
    "quantity": "数量",
    "score": "得分",
}
OPTIONAL = frozenset({"team"})
# Registers whose entries are teams that records can be done by.
TEAM_REGISTERS = "_team"
# Modes in which nobody meets the client, unless the kind says otherwise in the mode's third place.
INDIRECT_MODES = frozenset({"resource", "liaison", "neighbour", "cadre"})
FACTS_OCTETS = 1000
TOO_LONG = "专用字段写得过长，细节写在内容里"
TEXT_FACT = 60
EVIDENCE_MOST = 40
CLOCK_SKEW = timedelta(minutes=5)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and the field of the form that it stands beside."""

    field: str
    text: str

    def __str__(self):
        return self.text


def allowed(verb, state):
    """Whether the verb is allowed in the state."""
    return state in MOVES[verb][0]


def refusal(verb, state):
    """The sentence for a verb that isn't allowed now."""
    return f"这条记录是“{STATE_LABELS[state]}”，现在不能{VERB_LABELS[verb]}"


# --- kinds ------------------------------------------------------------------------------------------------------------
def is_direct(kind, mode):
    """Whether the mode counts as direct service; None for a kind that doesn't tell direct from indirect."""
    if "direct" not in kind.shows:
        return None
    told = next((row[2] for row in kind.modes if row[0] == mode and len(row) > 2), None)
    return mode not in INDIRECT_MODES if told is None else bool(told)


def evidence_labels(kind):
    """{paper kind: label} that a record of the kind may carry; a photo always."""
    return {"photo": "照片", **{row["kind"]: row["label"] for row in kind.evidence}}


# --- a kind's own fields ----------------------------------------------------------------------------------------------
def read_facts(fields, raw):
    """Check raw values against a kind's field list; returns (facts, faults). Empty values are left out, types are strict.

    Computed fields are filled when the record is saved (rules.kinds.computed), never by hand.
    """
    known = {field["name"]: field for field in fields if not field.get("computed")}
    facts, faults = {}, [Fault("", f"多出的字段 {name}") for name in raw if name not in known]
    for name, field in known.items():
        value = raw.get(name)
        if value is None or value == "":
            continue
        try:
            facts[name] = _READERS[field["type"]](value, field)
        except (ValueError, TypeError, InvalidOperation):
            faults.append(Fault(name, f"{field['label']}：{_WANTED[field['type']]}"))
    if is_too_long(facts):
        faults.append(Fault("", TOO_LONG))
    return facts, faults


def is_too_long(facts):
    """Whether facts take more room than the database gives them."""
    return len(json.dumps(facts, ensure_ascii=False).encode()) > FACTS_OCTETS


def _read_choice(value, field):
    if str(value) not in {str(choice[0]) for choice in field["choices"]}:
        raise ValueError
    return str(value)


def _read_number(value, field):
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value).strip())
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise ValueError
    return int(number) if number == number.to_integral_value() else float(number)


def _read_boolean(value, field):
    words = {"true": True, "on": True, "1": True, "false": False, "0": False}
    return (
        value if isinstance(value, bool) else words.get(str(value).lower()) if str(value).lower() in words else _fail()
    )


def _read_date(value, field):
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _read_text(value, field):
    text = " ".join(str(value).split())
    return text if len(text) <= TEXT_FACT else _fail()


def _fail():
    raise ValueError


_READERS = {
    "choice": _read_choice,
    "number": _read_number,
    "boolean": _read_boolean,
    "date": _read_date,
    "text": _read_text,
}
_WANTED = {
    "choice": "选项里没有这一项",
    "number": "须填数字",
    "boolean": "须是或否",
    "date": "须填日期",
    "text": f"不超过 {TEXT_FACT} 个字",
}


# --- what stands between a record and its submission ------------------------------------------------------------------
@dataclass(frozen=True)
class Frame:
    """What a record is held against: the contract's term and subdistricts, and whose contract its subject is on."""

    starts_on: date
    ends_on: date
    streets: frozenset
    contract_id: object


def submission_faults(record, kind, frame, *, evidence, at):
    """Everything that is missing or wrong at once, as Faults; empty when the record may be submitted.

    `record` has the attributes of a ServiceRecord, `evidence` is {paper kind: count}, `at` the present moment.
    """
    return [
        *subject_faults(record, kind, frame),
        *time_faults(record, frame, at=at),
        *_common_faults(record, kind),
        *_fact_faults(record, kind),
        *_evidence_faults(kind, evidence),
    ]


def subject_faults(record, kind, frame):
    """Whom or where it was for: named, and of this contract."""
    faults = _entry_faults(record, kind, frame) + _area_faults(record, kind, frame)
    if kind.subject == "none":
        return faults if record.title.strip() else [*faults, Fault("title", "未填名称")]
    subject = getattr(record, SUBJECT_COLUMNS.get(kind.subject, kind.subject))
    if subject is None:
        return [Fault(kind.subject, f"未选服务对象（{SUBJECT_WORDS[kind.subject]}）")]
    owner = subject.household if kind.subject == "person" else subject
    if owner.contract_id != frame.contract_id:
        return [Fault(kind.subject, "服务对象不在本合同的台账中")]
    if kind.subject == "case" and subject.state in ("refused", "withdrawn"):
        return [Fault("case", "个案未接案，不能登记服务")]
    return faults


def _entry_faults(record, kind, frame):
    """The point, organisation or team that a kind with registers names, beside its subject."""
    entry = record.team
    if entry is None:
        return [Fault("team", "未选名册中的对象")] if kind.registers and kind.subject != "entry" else []
    if entry.contract_id != frame.contract_id:
        return [Fault("team", "所选对象不在本合同的名册中")]
    if not (entry.from_day <= record.day and (entry.to_day is None or record.day <= entry.to_day)):
        return [Fault("team", f"{entry.label}在 {record.day} 不在册")]
    return []


def _area_faults(record, kind, frame):
    """A contract without areas of its own serves no particular place; a subject brings its place along."""
    if record.area is None:
        is_asked = frame.streets and kind.subject in ("none", "entry")
        return [Fault("area", "未选社区（村）")] if is_asked else []
    if frame.streets and record.street_id not in frame.streets:
        return [Fault("area", f"{record.area}不在本合同的服务地区内")]
    return []


def time_faults(record, frame, *, at):
    """When it was: started and ended in order, not in the future, within the contract's term."""
    if record.ended_at is None:
        return [Fault("end", "未填结束时间")]
    faults = []
    if record.ended_at <= record.started_at:
        faults.append(Fault("end", "结束须晚于开始"))
    elif record.ended_at - record.started_at > LONGEST:
        faults.append(Fault("end", "一次服务不超过 24 小时"))
    if record.started_at > at + CLOCK_SKEW or record.ended_at > at + CLOCK_SKEW:
        faults.append(Fault("day", "服务时间还没有到"))
    if not frame.starts_on <= record.day <= frame.ends_on:
        faults.append(Fault("day", f"日期不在服务期内（{frame.starts_on} 至 {frame.ends_on}）"))
    return faults


def _common_faults(record, kind):
    faults = [Fault("mode", "未选方式")] if kind.modes and record.mode not in {mode[0] for mode in kind.modes} else []
    asked = [name for name in kind.shows if name not in OPTIONAL and name != "mode"]
    faults += [Fault(name, f"未填{COMMON[name]}") for name in asked if getattr(record, name) is None]
    return faults + [
        Fault(name, f"{COMMON[name]}须大于 0")
        for name in asked
        if name in ("participants", "workers") and getattr(record, name) == 0
    ]


def _fact_faults(record, kind):
    by_hand = {field["name"] for field in kind.fields if not field.get("computed")}
    _, faults = read_facts(kind.fields, {name: value for name, value in record.facts.items() if name in by_hand})
    missing = [
        field
        for field in kind.fields
        if field.get("required") and not field.get("retired") and record.facts.get(field["name"]) in (None, "")
    ]
    return faults + [Fault(field["name"], f"未填{field['label']}") for field in missing]


def _evidence_faults(kind, evidence):
    faults = []
    for row in kind.evidence:
        short = int(row.get("min", 0)) - evidence.get(row["kind"], 0)
        if short > 0:
            text = (
                f"{row['label']}还差 {short} 张，至少 {row['min']} 张"
                if row["kind"] == "photo"
                else f"缺{row['label']}"
            )
            faults.append(Fault(f"evidence_{row['kind']}", text))
    return faults


def minutes_between(started_at, ended_at):
    """Whole minutes of a service, or None while it has no end."""
    return max(0, int((ended_at - started_at).total_seconds() // 60)) if ended_at is not None else None


# --- what quality control should look at ------------------------------------------------------------------------------
def doubts(record, kind, *, evidence, same_day, shared_photos):
    """Drafted reasons to send a record back: facts that a reader would stumble over, none of them forbidden by itself.

    `evidence` are (paper kind, day on which the picture was taken or None), `same_day` the number of other records of the
    kind for the same subject on that day, `shared_photos` the number of its pictures that other records carry too.
    """
    found = []
    late = sorted({taken for _, taken in evidence if taken is not None and taken != record.day})
    if late:
        found.append(f"照片拍摄于 {late[0]:%m-%d}，与服务日期 {record.day:%m-%d} 不同")
    if shared_photos:
        found.append(f"有 {shared_photos} 张照片也用在别的记录里")
    if same_day:
        found.append(f"同一对象同日另有 {same_day} 条同类记录")
    if record.minutes is not None and record.minutes < 5:
        found.append(f"只有 {record.minutes} 分钟")
    if not record.narrative:
        found.append("没有写内容")
    wanted = {row["kind"]: row["label"] for row in kind.evidence if not int(row.get("min", 0))}
    present = {paper for paper, _ in evidence}
    return found + [f"没有附{label}" for paper, label in wanted.items() if paper not in present]
