"""Decisions about the care journal (照料日志): shifts, what is ticked of each resident, and which records come of it.

The marks speak the codes that stations' contract files use for their kinds; a kind that the tenant doesn't have is not asked.
Nothing here knows a contract or the database.
"""

from dataclasses import dataclass
from datetime import timedelta

from services.rules.records import CLOCK_SKEW, Fault

NORMAL, NOTABLE, ABSENT = "normal", "notable", "absent"
PRESENCE_LABELS = {NORMAL: "正常", NOTABLE: "异常", ABSENT: "不在"}
SUBMITTED, VERIFIED, RETURNED = "submitted", "verified", "returned"
STATE_LABELS = {SUBMITTED: "待核", VERIFIED: "已核", RETURNED: "退回"}
# verb: (states in which it is allowed, the state afterwards)
MOVES = {
    "verify": (frozenset({SUBMITTED}), VERIFIED),
    "return": (frozenset({SUBMITTED, VERIFIED}), RETURNED),
    "correct": (frozenset({SUBMITTED, RETURNED}), SUBMITTED),
}
VERB_LABELS = {"hand_in": "登记", "verify": "核验", "return": "退回", "correct": "更正"}
# Whose shifts, rounds, items and calls these are: the registers of the contract.
RESIDENTS, ROOMS, WANDERERS = "resident", "care_room", ("key_person", "revisit_sample")
ROUND, CLEANING, MENU, ITEM, LINEN, COUNSELLING = (
    "safety_round",
    "cleaning",
    "menu_posting",
    "dangerous_item",
    "linen_change",
    "counselling",
)
# What is logged with a paper of its own, by the form of records.
ON_PAPER = ("menu_posting", "spot_check", "counselling", "scale_pair", "safety_rating", "emergency_drill")
HAZARD, MISSED = "hazard", "missed_meal_or_medicine"
LONGEST = timedelta(hours=12)


# --- shifts -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Slot:
    """One shift of the day: its code, its word, and the hours from which and until which it runs; a night ends the next day."""

    code: str
    label: str
    begins: int
    ends: int

    def holds(self, hour):
        """Whether an hour of the clock falls into the shift."""
        if self.begins < self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


DAY_ROUND = (
    Slot("morning", "早班", 6, 11),
    Slot("noon", "中班", 11, 17),
    Slot("evening", "晚班", 17, 22),
    Slot("night", "夜班", 22, 6),
)


def slots_of(choices):
    """The shifts of a contract whose rounds have these slots ([[code, word], …]); the usual four when it names none.

    A slot under a code of its own may be any time of the day.
    """
    if not choices:
        return DAY_ROUND
    usual = {slot.code: slot for slot in DAY_ROUND}
    return tuple(usual.get(code) or Slot(code, word, 0, 24) for code, word in choices)


def slot_at(slots, hour):
    """The shift that runs at an hour of the clock."""
    return next((slot for slot in slots if slot.holds(hour)), slots[0])


def shift_day(slot, local):
    """The day to which a shift belongs that runs at a local moment: after midnight a night is still its evening's."""
    past_midnight = slot.begins > slot.ends and local.hour < slot.ends
    return local.date() - timedelta(days=1) if past_midnight else local.date()


def doses_in(slot, times):
    """Of the times of a day at which a medicine is taken ("08:00"), those that fall into the shift."""
    return [time for time in times if slot.holds(int(time[:2]))]


# --- marks ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Mark:
    """What can be ticked of a resident: its word, the kind that it is a record of, and the shifts that expect it.

    `is_asked`: whether it was done or not is recorded either way; else only what was done is.
    """

    code: str
    label: str
    kind: str
    usual_in: frozenset = frozenset()
    is_asked: bool = False


_DAYS = frozenset({"morning", "noon", "evening"})
MARKS = (
    Mark("meal", "就餐", "reminder", _DAYS, is_asked=True),
    Mark("medicine", "服药", "reminder", is_asked=True),
    Mark("routine", "按时作息", "routine_check", frozenset({"evening", "night"}), is_asked=True),
    Mark("wash", "洗漱", "basic_care", frozenset({"morning"})),
    Mark("haircut", "理发", "basic_care"),
    Mark("nails", "修剪指甲", "basic_care"),
    Mark("linen", "换洗", LINEN),
)
# What the kind calls a tick.
CARE_FACTS = {"wash": "washed", "haircut": "haircut", "nails": "nails"}
MOODS = {"calm": "平稳", "low": "低落", "agitated": "烦躁"}
SEEN = {"turned": "翻身", "toilet": "如厕", "awake": "醒着"}
AWAY = {"hospital": "就医住院", "leave": "请假外出", "unknown": "去向不明"}


def marks_for(slot, kinds, has_dose=False):
    """[(mark, whether the shift expects it)] that are asked of a resident; a medicine only of whoever is due one.

    `kinds` are the codes that the tenant has.
    """
    asked = []
    for mark in MARKS:
        usual = has_dose if mark.code == "medicine" else slot.code in mark.usual_in
        if mark.kind in kinds and (usual or not mark.is_asked):
            asked.append((mark, usual))
    return asked


@dataclass(frozen=True)
class Said:
    """What a line says of one resident; `marks` as the row keeps them."""

    presence: str
    marks: dict
    note: str = ""


def read(presence, *, ticked, asked, mood="", seen=(), away="", note=""):
    """(what the line says, its faults as texts); what the shift expects and is not ticked makes a line notable.

    `ticked` are codes of marks, `asked` what marks_for gave.
    """
    note = " ".join(note.split())
    if presence == ABSENT:
        faults = [] if away in AWAY else ["选择不在的原因"]
        faults += ["去向不明须写明最后见到的时间和地点"] if away == "unknown" and not note else []
        return Said(ABSENT, {"away": away} if away in AWAY else {}, note), faults
    if presence not in PRESENCE_LABELS:
        return Said(NORMAL, {}, note), ["选择正常、异常或不在"]
    marks = {mark.code: mark.code in ticked for mark, _usual in asked if mark.is_asked or mark.code in ticked}
    lacking = [mark for mark, usual in asked if usual and mark.code not in ticked]
    if mood in MOODS:
        marks["mood"] = mood
    if known := [code for code in SEEN if code in seen]:
        marks["seen"] = known
    if presence == NORMAL and (lacking or mood in ("low", "agitated")):
        presence = NOTABLE
    told = lacking or note or mood in ("low", "agitated")
    return Said(presence, marks, note), [] if presence == NORMAL or told else ["异常须写明情况"]


def records_of(said, kinds):
    """{code: (kind, facts)} of the records that a line leaves; nothing of somebody who was not there."""
    if said.presence == ABSENT:
        return {}
    marks, made = said.marks, {}
    for code in ("meal", "medicine"):
        if code in marks:
            made[code] = ("reminder", {"reminded_of": code, "done": marks[code]})
    if "routine" in marks:
        made["routine"] = ("routine_check", {"complied": marks["routine"]})
    if care := {fact: True for code, fact in CARE_FACTS.items() if marks.get(code)}:
        made["care"] = ("basic_care", care)
    if marks.get("linen"):
        made["linen"] = (LINEN, {})
    return {code: (kind, facts) for code, (kind, facts) in made.items() if kind in kinds}


def missed(said):
    """What was missed, in words: a meal, a medicine."""
    words = {"meal": "漏餐", "medicine": "漏服药"}
    return [word for code, word in words.items() if said.marks.get(code) is False]


def told(said):
    """A line in words, as a list shows it."""
    if said.presence == ABSENT:
        return [AWAY.get(said.marks.get("away"), "不在")]
    words = [mark.label for mark in MARKS if said.marks.get(mark.code)]
    words += [f"未{mark.label}" for mark in MARKS if said.marks.get(mark.code) is False]
    words += [SEEN[code] for code in said.marks.get("seen", ()) if code in SEEN]
    mood = said.marks.get("mood")
    return words + ([f"情绪{MOODS[mood]}"] if mood in MOODS and mood != "calm" else [])


# --- what stands between a shift and its hand-in ------------------------------------------------------------------------
def shift_faults(*, day, slot, slots, started_at, ended_at, starts_on, ends_on, at, lines):
    """What is wrong with a shift as a whole; `lines` is how many residents it tells of."""
    faults = [] if slot in {known.code for known in slots} else [Fault("slot", "选择班次")]
    if ended_at <= started_at:
        faults.append(Fault("end", "结束须晚于开始"))
    elif ended_at - started_at > LONGEST:
        faults.append(Fault("end", "一班不超过 12 小时"))
    if started_at > at + CLOCK_SKEW or ended_at > at + CLOCK_SKEW:
        faults.append(Fault("end", "时间还没有到"))
    if not (starts_on and ends_on and starts_on <= day <= ends_on):
        faults.append(Fault("start", "日期不在服务期内"))
    return faults if lines else [*faults, Fault("", "还没有登记任何人")]


def refusal(verb, state):
    """The sentence for a verb that isn't allowed now."""
    if verb == "correct" and state == VERIFIED:
        return "这一行已核。请质控先退回，再更正"
    return f"这一行是“{STATE_LABELS[state]}”，现在不能{VERB_LABELS[verb]}"
