"""A morning's digest: how much is due, overdue and left lying, for whom; and the mail that tells it without a name. Pure."""

from dataclasses import asdict, dataclass

from services.rules import duties as due_rules

ESCALATE_AFTER = (
    3  # working days overdue after which supervisor and manager are told, where the contract says nothing else
)
WORDS = {
    "late": "已逾期",
    "now": "今天到期",
    "soon": "一周内到期",
    "open": "被退回",
    "escalated": "组内久逾期",
    "orphaned": "无人负责的回访",
}
URGENT = ("late", "now", "open", "escalated", "orphaned")


@dataclass(frozen=True)
class Digest:
    """What one member has to know this morning, in numbers."""

    late: int = 0
    now: int = 0
    soon: int = 0
    open: int = 0
    escalated: int = 0
    orphaned: int = 0

    @property
    def is_empty(self):
        """Whether there is nothing to tell."""
        return not any(asdict(self).values())


def digest(own, team, on, *, limits=None, orphaned=0):
    """The Digest of one member: `own` are the member's duties, `team` those the member answers for (none for most).

    `limits` is {contract id: working days after which the contract wants the supervisor told}.
    """
    groups, limits = due_rules.grouped(own, on), limits or {}
    return Digest(
        late=len(groups[due_rules.LATE]),
        now=len(groups[due_rules.NOW]),
        soon=len(groups[due_rules.SOON_DUE]),
        open=len(groups[due_rules.OPEN]),
        escalated=sum(is_left_lying(duty, limits) for duty in team),
        orphaned=orphaned,
    )


def is_left_lying(duty, limits):
    """Whether a duty is overdue for longer than the limit: then it is the supervisor's and the manager's concern, too."""
    contract = getattr(duty.contract, "pk", None)
    return duty.late > limits.get(contract, ESCALATE_AFTER)


def told(numbers):
    """[(word, number, whether it presses)] of a notice or digest, what is nil left out."""
    found = [(name, word, getattr(numbers, name)) for name, word in WORDS.items()]
    return [(word, number, name in URGENT) for name, word, number in found if number]


def mail(numbers, day, link):
    """(subject, text) of the mail: numbers and a link, no name, no case, no household."""
    lines = [f"{word} {number} 项" for word, number, _presses in told(numbers)]
    subject = f"扶约 {day:%m-%d} 提醒：{lines[0]}" if lines else f"扶约 {day:%m-%d} 提醒"
    return subject, "\n".join(
        [f"{day:%Y-%m-%d} 待办：", *lines, "", f"登录后查看：{link}", "", "系统自动发送，请勿回复。"]
    )
