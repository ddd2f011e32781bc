"""Decisions about contracts: amounts in words, what has to add up, who may post whom."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
MYRIADS = ("", "万", "亿")
CENT = Decimal("0.01")


def amount_in_words(amount):
    """An amount of money in yuan as contracts spell it: 554816.00 → 伍拾伍万肆仟捌佰壹拾陆元整.

    Takes a Decimal from 0 up to 999,999,999,999.99 with at most two decimals; raises ValueError for anything else.
    """
    cents = amount * 100
    if not 0 <= cents < 10**14 or cents != int(cents):
        raise ValueError(f"not an amount of yuan and cents: {amount}")
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole_in_words(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{words}整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"{words}{DIGITS[fen]}分" if fen else words


def _whole_in_words(number):
    if number == 0:
        return "零"
    text, words, gap, named = str(number), "", False, False
    for index, sign in enumerate(text):
        myriad, place = divmod(len(text) - 1 - index, 4)
        if sign == "0":
            gap = True
        else:
            words += ("零" if gap and words else "") + DIGITS[int(sign)] + PLACES[place]
            gap, named = False, True
        if place == 0 and named:
            words, gap, named = words + MYRIADS[myriad], False, False
    return words


def is_amount_in_words(text, amount):
    """Whether the words name the amount; 圆, 正, a missing 整 and 拾 for 壹拾 at the beginning are all in use."""
    return _plain(text) == _plain(amount_in_words(amount))


def _plain(words):
    words = words.strip().removeprefix("人民币").strip().replace("圆", "元").replace("正", "整").removesuffix("整")
    return words.removeprefix("壹") if words.startswith("壹拾") else words


def instalment(amount, share):
    """A share of a contract's amount, to the cent; only the last instalment takes up what rounding leaves."""
    return (amount * share).quantize(CENT)


def post_fault(*, poster_side, is_own_contract, side, replaces_lead):
    """Why somebody may not fill this post, or "".

    The purchaser fills posts on either side; a provider fills its own side of its own contract, and another project lead
    only with the purchaser's written consent (第八条第二款).
    """
    if poster_side == "purchaser":
        return ""
    if poster_side != "provider" or not is_own_contract:
        return "只有合同双方可以登记人员"
    if side != "provider":
        return "甲方人员由甲方登记"
    return "更换项目负责人须提前通知甲方并获书面同意，由甲方登记" if replaces_lead else ""


def interval_fault(from_day, to_day):
    """Why two days are no stretch of time, or ""; an open end is one."""
    return "截止日不得早于起始日" if to_day is not None and to_day < from_day else ""


def add_months(day, count):
    """The same day so many months later (earlier where negative), or that month's last day (民法典第二百零二条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_end(start, months):
    """The last day of a term of so many months that begins on `start`: the day before the same day, cut to the month's length."""
    return add_months(start, months) - timedelta(days=1)


def extended(last, months):
    """The last day of a term that ended on `last` and runs on for so many months: 2024-12-31 and 1 → 2025-01-31."""
    return term_end(last + timedelta(days=1), months)


def debarred_until(day, years):
    """The last day of so many years that begin on `day`."""
    return term_end(day, 12 * years)


def age(born_on, on):
    """Whole years on a day; the birthday itself counts."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


NAMED = 3


def choice_told(word, codes):
    """A choice about an unclear place with the indicators or evaluations that it changes: 整包合计达到（19 项指标随之改动）."""
    if not codes:
        return word
    changed = f"{'、'.join(sorted(codes))} " if len(codes) <= NAMED else f"{len(codes)} 项指标"
    return f"{word}（{changed}随之改动）"


def changed(entry, change):
    """An entry of a contract file with the words of the change {word: value, "drop": [words]} in place, and without those that it drops."""
    gone = {*change, *change.get("drop", [])}
    kept = {word: value for word, value in entry.items() if word not in gone}
    return kept | {word: value for word, value in change.items() if word != "drop"}


def words_of(change):
    """The words that a change touches."""
    return [word for word in change if word != "drop"] + list(change.get("drop", []))


def breach_damages(amount, rate):
    """What one breach costs in yuan, to the cent: a share of the contract's amount (第十二条第二款第1项)."""
    return (amount * rate).quantize(CENT)


PERIODS = {
    "month": ("每月", "次月", "当月"),
    "quarter": ("每季度", "季后首月", "季末月"),
    "half": ("每半年", "期后首月", "期末月"),
    "year": ("每年", "次年首月", "年末月"),
}


def report_due(report):
    """When a report of the contract file is due, as people say it: 每月，次月 5 日前; 2025-03-31; 未约定."""
    if report.get("due_on"):
        return str(report["due_on"])
    if report.get("every") not in PERIODS:
        return "未约定"
    every, after, within = PERIODS[report["every"]]
    due = report.get("due")
    return f"{every}，{after if due['months'] else within} {due['day']} 日前" if due else every


STAGES = {"spot_check": "平时", "midterm": "中期", "annual": "年度", "final": "末期", "third_party": "第三方"}
SIDES = {"purchaser": "甲方", "provider": "乙方", "evaluator": "第三方"}
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}
EFFECTS = {
    "continue": "继续履行", "pay": "付款", "hold_payment": "暂停付款", "rectify": "限期整改", "re_evaluate": "重新评估",
    "extend": "服务期延长 {months} 个月", "cancel_payment": "不再付款", "terminate": "终止合同", "debar": "{years} 年内不再合作",
}  # fmt: skip
OF_MONEY = {"pay", "hold_payment", "cancel_payment"}


def evaluation_told(evaluation, *, shows_money):
    """An evaluation of the contract file as the overview says it: {row, title, stage, mark, who, parts, followed}.

    `followed` is [(case, effects), …]; what an outcome does to payments is left out for those who see no money.
    """
    mark = " 且 ".join(f"{SIGNS[sign]} {limit} 分" for sign, limit in evaluation.get("pass", {}).items())
    marks = f"满分 {evaluation['full_marks']} 分" if "full_marks" in evaluation else ""
    evaluators = "、".join(evaluation.get("evaluators", []))
    plain = {"pass_fail": "合格或不合格", "none": "不评分"}.get(evaluation["scheme"], "")
    who = [
        f"{SIDES[evaluation[word]]}{said}"
        for word, said in (
            ("commissioned_by", "委托"),
            ("organiser", "组织"),
            ("rechecked_by", "复核"),
            ("paid_by", "付费"),
        )
        if word in evaluation
    ]
    return {
        "row": evaluation,
        "title": evaluation["title"],
        "stage": "，".join(filter(None, (STAGES[evaluation["stage"]], evaluation.get("when", "")))),
        "mark": "，".join(filter(None, (f"{mark}为合格" if mark else "", marks, plain))),
        "who": "，".join(who + ([f"{evaluators}评定"] if evaluators else [])),
        "parts": "、".join(_part_told(part) for part in evaluation.get("dimensions", [])),
        "followed": [
            (row["title"], _effects_told(row, shows_money=shows_money)) for row in evaluation.get("consequences", [])
        ],
    }


def _part_told(part):
    """专业服务 40 分 · 服务成效 30%"""
    if "marks" in part:
        return f"{part['title']} {part['marks']} 分"
    if "share" not in part:
        return part["title"]
    share = f"{Decimal(str(part['share'])) * 100:f}"
    return f"{part['title']} {share.rstrip('0').rstrip('.') if '.' in share else share}%"


def _effects_told(row, *, shows_money):
    return "，".join(
        EFFECTS[effect].format_map(row) for effect in row["effects"] if shows_money or effect not in OF_MONEY
    )


def debarment_told(row):
    """A reason for which the parties stay apart for some years, as one line."""
    return row | {"title": f"{row['title']}，{row['years']} 年内不再合作"}
