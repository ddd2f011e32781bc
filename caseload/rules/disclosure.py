"""Who sees what of a served person: one table of tie to the file × field × adult or minor, and the rules of opening a value.

docs/decisions/who-sees-names.md tells why; 未成年人网络保护条例 art. 36 asks for an approval before a minor's data is opened.
"""

from datetime import datetime, time, timedelta

ADULT_AT = 18
# Without a birth date these are read as children's, everybody else as an adult's: a mask too many harms nobody.
YOUNG_RELATIONS = frozenset(
    ["子", "女", "儿子", "女儿", "长子", "次子", "长女", "次女", "独子", "独女", "孙子", "孙女", "外孙", "外孙女", "孙", "养子", "养女", "弟弟", "妹妹", "弟", "妹"]
)  # fmt: skip

# --- ties: how a reader stands to a file ------------------------------------------------------------------------------
WORKER, LEADS, OFFICE = "worker", "leads", "office"
LOGS, LEDGER, LOOKS, EVALUATOR, GUEST = "logs", "ledger", "looks", "evaluator", "guest"
TIES = {
    WORKER: "负责社工（本人办理的个案）",
    LEADS: "项目主管、督导、质控（本机构的个案）",
    OFFICE: "本街道民政干部（本街道的个案）",
    LOGS: "本机构登记、核验服务的人（服务记录）",
    LEDGER: "可写用途查看的人（台账）",
    LOOKS: "只看不查的人（局内审阅、审计、居委会、联络员）",
    EVALUATOR: "评估员、专家（抽样的个案）",
    GUEST: "获准查看合同的其他机构",
}
HANDLING = frozenset({WORKER, LEADS, OFFICE})

# --- what is shown ----------------------------------------------------------------------------------------------------
FULL, MASK, TOKEN, NOTHING = "full", "mask", "token", "nothing"
SHOWN_WORDS = {FULL: "全文", MASK: "遮盖", TOKEN: "代号", NOTHING: "不显示"}
FIELDS = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "电话",
    "address": "住址",
    "note": "备注",
    "details": "台账内容",
    "words": "个案文字",
    "photos": "个案照片",
}
_NEVER_OPEN = {"id_number": (MASK, MASK), "phone": (MASK, MASK), "address": (MASK, MASK), "note": (MASK, MASK), "details": (MASK, MASK)}  # fmt: skip
_HANDLES = {"name": (FULL, FULL), "words": (FULL, FULL), "photos": (FULL, FULL)} | _NEVER_OPEN
_MASKED = {"name": (MASK, MASK), "words": (NOTHING, NOTHING), "photos": (NOTHING, NOTHING)} | _NEVER_OPEN
# tie: field: (of an adult, of a minor). What a page shows by itself, without a purpose.
TABLE = {
    WORKER: _HANDLES,
    LEADS: _HANDLES,
    OFFICE: _HANDLES,
    LOGS: _MASKED | {"name": (FULL, MASK)},
    LEDGER: _MASKED,
    LOOKS: _MASKED,
    EVALUATOR: {
        "name": (TOKEN, TOKEN), "id_number": (NOTHING, NOTHING), "phone": (NOTHING, NOTHING), "address": (NOTHING, NOTHING),
        "note": (NOTHING, NOTHING), "details": (NOTHING, NOTHING), "words": (TOKEN, TOKEN), "photos": (NOTHING, NOTHING),
    },
    GUEST: _MASKED,
}  # fmt: skip

# --- how one value is opened ------------------------------------------------------------------------------------------
PURPOSE, APPROVAL, NO = "purpose", "approval", "no"
# tie: (of an adult, of a minor).
OPENS = {
    WORKER: (PURPOSE, PURPOSE),
    LEADS: (PURPOSE, APPROVAL),
    OFFICE: (PURPOSE, APPROVAL),
    LOGS: (PURPOSE, APPROVAL),
    LEDGER: (PURPOSE, APPROVAL),
    LOOKS: (NO, NO),
    EVALUATOR: (NO, NO),
    GUEST: (NO, NO),
}


def shown(tie, field, *, minor):
    """What a page shows of a field to a reader with this tie: FULL, MASK, TOKEN or NOTHING."""
    return TABLE[tie][field][minor]


def opening(tie, *, minor):
    """What opening one value asks for: PURPOSE, APPROVAL (a purpose and a supervisor's), or NO."""
    return OPENS[tie][minor]


def is_minor(birth_date, relation="", *, on):
    """Whether a person counts as a minor on the day; without a birth date the relation to the head decides."""
    if birth_date is None:
        return relation.strip() in YOUNG_RELATIONS
    return (on.year - birth_date.year) - ((on.month, on.day) < (birth_date.month, birth_date.day)) < ADULT_AT


def minors_name(number):
    """What stands for a minor's name: 某某 and the number of the file."""
    return f"某某（{number}）"


# --- requests ---------------------------------------------------------------------------------------------------------
ASKED, APPROVED, REFUSED, WITHDRAWN, USED = "asked", "approved", "refused", "withdrawn", "used"
MOVES = {
    "ask": (frozenset(), ASKED),
    "approve": (frozenset({ASKED}), APPROVED),
    "refuse": (frozenset({ASKED}), REFUSED),
    "withdraw": (frozenset({ASKED, APPROVED}), WITHDRAWN),
    "use": (frozenset({APPROVED}), USED),
}
STATE_LABELS = {ASKED: "待批", APPROVED: "已批准", REFUSED: "不予批准", WITHDRAWN: "已撤回", USED: "已查看"}
STATE_KINDS = {ASKED: "wait", APPROVED: "ok", REFUSED: "bad", WITHDRAWN: "off", USED: "off"}
REASON_LEAST = 6
# How long an approval may hold, in days counted with the day of the decision.
TERMS = {1: "今天内", 3: "三天内"}


def allowed(verb, state):
    """Whether the act may be done to a request in the state."""
    return state in MOVES[verb][0]


def refusal(verb, state):
    """Why an act on a request is not possible now."""
    word = {"approve": "批准", "refuse": "不予批准", "withdraw": "撤回", "use": "查看"}[verb]
    return f"申请现在是“{STATE_LABELS[state]}”，不能{word}"


def faults(field, fields, reason):
    """Everything that is wrong with a request, at once."""
    found = [] if field in fields else ["没有这一项"]
    return found if len(reason.strip()) >= REASON_LEAST else [*found, f"理由至少 {REASON_LEAST} 个字"]


def end_of(moment, days):
    """The last instant of the day of an aware moment, or of a later day when it holds for more than one."""
    day = moment.date() + timedelta(days=days - 1)
    return datetime.combine(day, time(23, 59, 59), tzinfo=moment.tzinfo)


def standing(state, valid_until, *, at):
    """(kind of badge, word) of a request; an approval that was not used in its time has lapsed."""
    if state == APPROVED and valid_until < at:
        return "off", "已过期"
    return STATE_KINDS[state], STATE_LABELS[state]


# --- how much ---------------------------------------------------------------------------------------------------------
# Looked up one at a time: more than this is no casework any more but a list, and a list is exported with an approval.
PER_HOUR, PER_DAY = 30, 120


def too_many(last_hour, last_day):
    """The sentence for somebody who has opened as many values as one may, or ""."""
    if last_hour >= PER_HOUR:
        return f"一小时内已查看 {last_hour} 项，到了上限。过一会儿再查；要成批核对的，由主管审批后导出"
    if last_day >= PER_DAY:
        return f"今天已查看 {last_day} 项，到了上限。要成批核对的，由主管审批后导出"
    return ""
