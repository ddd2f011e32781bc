"""Every state that a page can show: its word, its colour, its icon. Colour never stands alone."""

from typing import NamedTuple


class Status(NamedTuple):
    """`kind` is one of ok, go, warn, bad, wait, unk (outlined: we don't know yet), off; `mark` is for paper in black and white."""

    word: str
    kind: str
    icon: str
    mark: str


_ICONS = {
    "ok": "circle-check",
    "go": "trending-up",
    "warn": "alert-triangle",
    "bad": "circle-x",
    "wait": "hourglass",
    "unk": "help-circle",
    "off": "circle-minus",
}
_MARKS = {"ok": "●", "go": "○", "warn": "△", "bad": "▼", "wait": "◇", "unk": "？", "off": "－"}


def _s(word, kind, icon=None):
    return Status(word, kind, icon or _ICONS[kind], _MARKS[kind])


STATUSES = {
    # kinds themselves, for a page's own word: {% status "bad" "差 2 场" %}
    **{kind: _s("", kind) for kind in _ICONS},
    # progress of an indicator
    "met": _s("达标", "ok"),
    "on_pace": _s("正常", "go"),
    "watch": _s("关注", "warn"),
    "behind": _s("落后", "bad"),
    "missed": _s("未达标", "bad"),
    "over": _s("超出", "bad", "trending-up"),
    "not_started": _s("未开始", "off", "circle-dashed"),
    "not_applicable": _s("不适用", "off"),
    "missing_parameter": _s("缺参数", "unk"),
    "papers_missing": _s("缺材料", "warn", "file-off"),
    "unconfirmed": _s("未确认", "unk"),
    "report_only": _s("仅报告", "unk", "info-circle"),
    "counted": _s("计入", "ok"),
    "not_counted": _s("不计入", "off"),
    # a condition of a decision
    "condition.met": _s("满足", "ok"),
    "condition.not_met": _s("未满足", "bad"),
    "condition.unknown": _s("待确认", "unk"),
    "satisfied": _s("满足", "ok"),
    "unsatisfied": _s("未满足", "bad"),
    "to_confirm": _s("待确认", "unk"),
    # work on its way
    "draft": _s("草稿", "off"),
    "submitted": _s("待审", "wait"),
    "verified": _s("已核", "ok"),
    "returned": _s("退回", "warn", "arrow-back-up"),
    "withdrawn": _s("已撤回", "off", "arrow-back-up"),
    "accepted": _s("已接收", "ok"),
    "approved": _s("已批准", "ok"),
    "rejected": _s("不予批准", "bad"),
    "confirmed": _s("已确认", "ok"),
    "cancelled": _s("已取消", "off"),
    "superseded": _s("已被替代", "off", "history"),
    "in_force": _s("现行", "go", "circle-check"),
    # contracts
    "contract.draft": _s("起草", "off"),
    "contract.signed": _s("已签订", "go", "signature"),
    "performing": _s("履行中", "go", "player-play"),
    "contract.active": _s("履行中", "go", "player-play"),
    "awaiting_acceptance": _s("待验收", "wait"),
    "completed": _s("已完成", "ok"),
    "suspended": _s("中止", "warn", "player-pause"),
    "terminated": _s("已解除", "bad", "ban"),
    "expired": _s("已期满", "off"),
    # payments
    "not_payable": _s("尚不能支付", "bad"),
    "payable": _s("可以支付", "ok"),
    "requested": _s("已申请", "wait"),
    "in_check": _s("核验中", "wait"),
    "in_review": _s("审核中", "wait"),
    "in_approval": _s("待批准", "wait"),
    "to_pay": _s("待付款", "go", "coin"),
    "paid": _s("已付", "ok", "cash"),
    "refused": _s("不予支付", "bad"),
    "invoice.none": _s("未开具", "off"),
    "invoice.registered": _s("已登记", "ok", "receipt"),
    "clock.idle": _s("未启动", "wait"),
    "clock.running": _s("计时中", "go", "clock"),
    "clock.paused": _s("已暂停", "warn", "clock-pause"),
    # cases
    "case.intake": _s("接案", "go", "user-plus"),
    "case.assessment": _s("预估", "go", "clipboard-list"),
    "case.planning": _s("计划", "go", "list-check"),
    "case.intervention": _s("介入中", "go"),
    "case.evaluation": _s("评估", "go", "chart-line"),
    "case.closing": _s("待结案", "wait"),
    "case.closed": _s("已结案", "ok"),
    "case.referred": _s("已转介", "off", "arrow-forward-up"),
    "case.ended": _s("中止", "off", "player-pause"),
    # rectification, breach, evaluation
    "order.ordered": _s("待整改", "warn"),
    "order.replied": _s("待核验", "wait"),
    "order.returned": _s("退回再整改", "warn", "arrow-back-up"),
    "order.verified": _s("整改合格", "ok"),
    "order.failed": _s("整改不合格", "bad"),
    "order.withdrawn": _s("已撤销", "off", "arrow-back-up"),
    "consequence.proposed": _s("待决定", "wait"),
    "consequence.adopted": _s("已决定", "go", "gavel"),
    "consequence.declined": _s("不采取", "off"),
    "consequence.lapsed": _s("已失效", "off", "history"),
    "consequence.ended": _s("已结束", "ok"),
    "open": _s("待整改", "warn"),
    "replied": _s("已回复", "wait"),
    "cleared": _s("已销号", "ok"),
    "breach.alleged": _s("待认定", "wait"),
    "breach.confirmed": _s("已认定", "bad", "gavel"),
    "breach.dismissed": _s("不予认定", "off"),
    "scoring": _s("评分中", "go"),
    "signed": _s("已签名", "ok", "signature"),
    "passed": _s("合格", "ok"),
    "failed": _s("不合格", "bad"),
    # time
    "due_today": _s("今日到期", "warn", "clock"),
    "overdue": _s("超期", "bad", "clock"),
    "provisional": _s("暂定", "unk", "calendar-off"),
    # jobs, uploads
    "queued": _s("排队", "wait"),
    "running": _s("正在生成", "go", "refresh"),
    "done": _s("已完成", "ok"),
    "job.failed": _s("没有完成", "bad"),
    "local": _s("已存在这部手机", "ok", "device-floppy"),
    "uploading": _s("等待上传", "wait", "cloud-upload"),
}
BY_WORD = {status.word: status for status in reversed(STATUSES.values()) if status.word}


def find(code, family=""):
    """The status of a code, within a family if there is one ("condition", "case", …), or of a Chinese word; KeyError otherwise."""
    code = str(code)
    return STATUSES.get(f"{family}.{code}") or STATUSES.get(code) or BY_WORD[code]
