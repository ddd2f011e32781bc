"""The form of a contract file: which fields there are, of which type, and what Chinese they go by. docs/contract-file.md tells it."""

from dataclasses import replace
from difflib import get_close_matches

from contracts.contract_file.values import WRONG, Spec, number, one_of, part, rows, text

FORMAT = 1
DATE = Spec("date")
YES_NO = Spec("boolean", default=False)
CLAUSE = {"clause": text("条款", 120), "clause_text": text("原文"), "source": text("出处", 120)}
TERM = {
    "title": text("事项", 80, required=True),
    "side": one_of("责任方", "purchaser", "provider", "both"),
    "money": replace(YES_NO, label="涉及价款"),
} | CLAUSE


def day(label, *, required=False):
    return replace(DATE, label=label, required=required)


CONTRACT = part("合同", {
    "code": text("合同代号", 20, required=True),
    "lot": text("包号", 20),
    "title": text("合同名称", 200, required=True),
    "short_title": text("简称", 60, required=True),
    "state": one_of("状态", "draft", "active", default="draft"),
    "legal_basis": text("适用规定"),
    "amount": number("money", "合同价款"),
    "amount_in_words": text("大写金额", 60),
    "signed_on": day("签订日期"),
    "starts_on": day("服务期起"),
    "ends_on": day("服务期止"),
    "term": part("服务期限", {"months": number("integer", "月数", required=True), "starts": text("起算", 120)} | CLAUSE),
    "delivery_deadline": day("完成时限"),
    "budget": part("采购预算", {"amount": number("money", "金额", required=True), "about": replace(YES_NO, label="约数"), "funding": text("经费来源", 120)} | CLAUSE),
}, required=True)  # fmt: skip
PROCUREMENT = part("采购", {
    "number": text("采购编号", 60),
    "title": text("项目名称", 200, required=True),
    "method": text("采购方式", 40),
    "awarded_on": day("成交通知日期"),
    "legal_basis": text("依据"),
})  # fmt: skip
PARTY = part("一方", {
    "name": text("全称", 100, required=True),
    "short_name": text("简称", 40),
    "called": text("合同中的称谓", 60),
    "nature": text("机构性质", 40),
    "copies": number("integer", "合同份数"),
})  # fmt: skip
PARTIES = part(
    "合同各方",
    {
        "purchaser": replace(PARTY, label="甲方", required=True),
        "provider": replace(PARTY, label="乙方"),
        "agent": replace(PARTY, label="采购代理机构"),
    },
    required=True,
)
AREAS = part("服务地区", {"districts": Spec("areas", "区、街道（乡镇）、社区（村）", required=True)} | CLAUSE)
PRICE_LINES = rows("价款明细", {
    "no": number("integer", "序号", required=True),
    "title": text("项目", 80, required=True),
    "quantity": number("decimal", "数量", required=True),
    "unit": text("单位", 20, required=True),
    "unit_price": number("money", "单价"),
    "amount": number("money", "合价", required=True),
    "indicator": text("对应指标", 30),
    "note": text("说明"),
} | CLAUSE)  # fmt: skip
COST_SHARES = rows(
    "费用构成", {"title": text("项目", 80, required=True), "share": number("share", "比例", required=True)} | CLAUSE
)
PHASES = rows(
    "阶段",
    {
        "title": text("阶段", 80, required=True),
        "starts_on": day("起", required=True),
        "ends_on": day("止", required=True),
    }
    | CLAUSE,
)
UNITS = ("working_days", "calendar_days", "months")
PAYMENT_TERMS = rows("付款约定", {
    "no": number("integer", "期次", required=True),
    "title": text("名称", 60, required=True),
    "share": number("share", "比例", required=True),
    "amount": number("money", "金额"),
    "amount_in_words": text("大写金额", 60),
    "triggers": Spec("texts", "付款条件", required=True),
    "due_from": text("起算", 40, required=True),
    "due_within": number("integer", "期限"),
    "due_unit": one_of("期限单位", *UNITS[:2], default="working_days"),
    "invoice": one_of("发票", "before", "with", "none", default="before"),
} | CLAUSE)  # fmt: skip
DEADLINES = rows("期限", {
    "code": text("代号", 30, required=True),
    "step": text("环节", 40),
    "title": text("事项", 80, required=True),
    "start": text("起算", 120, required=True),
    "within": number("integer", "期限"),
    "until": number("integer", "最迟"),
    "unit": one_of("单位", *UNITS, default="working_days"),
    "before": replace(YES_NO, label="提前"),
    "finish": text("完成标志", 160),
} | CLAUSE)  # fmt: skip
# How it is scored: a scheme, or the code of one in the library. The evaluations app says what a scheme may hold.
MARKING = Spec("marking", "评分方案")
ACCEPTANCE = part("验收", {
    "scheme": one_of("方式", "pass_fail", required=True),
    "organiser": one_of("组织方", "purchaser", "evaluator", required=True),
    "signed_by": Spec("texts", "签字人"),
    "rework": replace(YES_NO, label="可修改后重新申请"),
    "steps": rows("步骤", TERM),
    "marking": MARKING,
} | CLAUSE)  # fmt: skip
COMPARED = Spec("map")
# What an evaluation's result brings about.
EFFECTS = (
    "continue",
    "pay",
    "hold_payment",
    "rectify",
    "re_evaluate",
    "extend",
    "cancel_payment",
    "terminate",
    "debar",
)
SIDES = ("purchaser", "provider", "evaluator")
CONSEQUENCE = {
    "title": text("情形", 120, required=True),
    "score": replace(COMPARED, label="分数"),
    "result": one_of("结论", "passed", "failed", "rectification_failed"),
    "reminders": replace(COMPARED, label="提醒次数"),
    "effects": replace(Spec("codes", choices=EFFECTS), label="后果", required=True),
    "months": number("integer", "月数"),
    "years": number("integer", "年数"),
} | CLAUSE
EVALUATIONS = rows("考核评估", {
    "code": text("代号", 30, required=True),
    "title": text("名称", 80, required=True),
    "stage": one_of("阶段", "spot_check", "midterm", "annual", "final", "third_party", required=True),
    "scheme": one_of("方式", "pass_fail", "score", "none", required=True),
    "when": text("时间", 120),
    "after_months": number("integer", "服务满几个月后"),
    "organiser": one_of("组织方", *SIDES),
    "commissioned_by": one_of("委托方", *SIDES),
    "paid_by": one_of("付费方", *SIDES),
    "evaluators": Spec("texts", "评估人"),
    "full_marks": number("integer", "满分"),
    "pass": replace(COMPARED, label="合格线"),
    "dimensions": rows("方面", {"title": text("方面", 80, required=True), "share": number("share", "权重"), "marks": number("integer", "分值"), "by": text("由谁评", 80)}),
    "methods": Spec("texts", "方法"),
    "self_evaluation": replace(YES_NO, label="先自评"),
    "rechecked_by": one_of("复核方", *SIDES),
    "consequences": rows("后果", CONSEQUENCE),
    "marking": MARKING,
} | CLAUSE)  # fmt: skip
DEBARMENT = rows(
    "不再合作", {"title": text("情形", 160, required=True), "years": number("integer", "年数", required=True)} | CLAUSE
)
PENALTIES = rows("违约责任", {
    "code": text("代号", 30, required=True),
    "title": text("情形", 160, required=True),
    "rate": number("share", "比例"),
    "amount": number("money", "金额"),
    "basis": one_of("计算", "occurrence", "day", "occurrence_or_day"),
    "effect": text("后果", 200, required=True),
    "limits": part("上限", {"occurrences": number("integer", "次数"), "days": number("integer", "日数")}),
    "cap": part("违约金上限", {"share": number("share", "占合同价款的比例"), "amount": number("money", "金额")}),
} | CLAUSE)  # fmt: skip
REQUIRED_DOCUMENTS = rows("应交材料", {
    "kind": text("材料类型", 40, required=True),
    "title": text("材料", 120, required=True),
    "quantity": number("integer", "份数", default=1),
    "result": replace(YES_NO, label="正式成果"),
} | CLAUSE)  # fmt: skip
REPORTS = rows("报告", {
    "kind": text("材料类型", 40, required=True),
    "title": text("报告", 80, required=True),
    "every": one_of("周期", "month", "quarter", "half", "year"),
    "due": part("应交", {"months": number("integer", "几个月后", required=True), "day": number("integer", "几号", required=True)}),
    "due_on": day("应交日期"),
    "asked_by": one_of("由谁要求", "contract", "system", required=True),
    "note": text("说明"),
} | CLAUSE)  # fmt: skip
STAFFING = rows(
    "人员配备",
    {
        "post": text("岗位", 30, required=True),
        "title": text("名称", 80, required=True),
        "number": text("人数", 80, required=True),
    }
    | CLAUSE,
)
READINGS = rows("待明确事项", {
    "code": text("代号", 30, required=True),
    "title": text("事项", 80, required=True),
    "about": Spec("texts", "涉及"),
    "problem": text("问题", required=True),
    "treatment": text("现行处理", required=True),
    "choices": Spec("words", "可选处理"),
    "default": text("默认", 30),
    "sets": Spec("map", "改动的指标或考核评估"),
    "source": text("出处", 120),
})  # fmt: skip
TUPLES = Spec("tuples")
# Their meaning is checked by the services app, their form here.
ACTIVITY_KINDS = rows("活动类型", {
    "code": text("代号", 40, required=True),
    "label": text("名称", 40, required=True),
    "subject": text("对象"),
    "registers": Spec("texts", "名册"),
    "shows": Spec("texts", "通用字段"),
    "modes": replace(TUPLES, label="方式"),
    "proves": text("即为材料", 40),
    "fields": rows("专用字段", {"name": text("代号", 40), "label": text("名称", 40), "type": text("类型"), "choices": replace(TUPLES, label="选项"), "required": replace(YES_NO, label="必填"), "computed": Spec("map", "计算"), "retired": replace(YES_NO, label="停用"), "retired_choices": Spec("texts", "停用的选项")}),
    "evidence": rows("材料要求", {"kind": text("材料", 40), "label": text("名称", 60), "min": number("integer", "最少份数")}),
})  # fmt: skip
# An hour is sixty minutes unless the contract says what one record, minute or participant of a kind is worth.
HOURS = rows(
    "工时折算",
    {
        "kind": text("活动类型", 40, required=True),
        "per": one_of("计算", "row", "minutes", "participants", required=True),
        "hours": number("decimal", "小时", required=True),
    }
    | CLAUSE,
)
FAMILIES = ("register", "paper", "document", "post", "approval", "incident", "clock", "score", "fact", "choice", "kind")
FILE = part("合同文件", {
    "format": number("integer", "格式版本", required=True),
    "contract": CONTRACT,
    "procurement": PROCUREMENT,
    "parties": PARTIES,
    "areas": AREAS,
    "price_lines": PRICE_LINES,
    "cost_shares": COST_SHARES,
    "phases": PHASES,
    "payment_terms": PAYMENT_TERMS,
    "deadlines": DEADLINES,
    "acceptance": ACCEPTANCE,
    "evaluations": EVALUATIONS,
    "penalties": PENALTIES,
    "termination": rows("解除与争议", TERM),
    "debarment": DEBARMENT,
    "required_documents": REQUIRED_DOCUMENTS,
    "reports": REPORTS,
    "staffing": STAFFING,
    "obligations": rows("义务", TERM),
    "other_terms": rows("其他约定", TERM),
    "readings": READINGS,
    "labels": part("名称", {family: Spec("words", family) for family in FAMILIES}),
    "activity_kinds": ACTIVITY_KINDS,
    "hours": HOURS,
    "parameters": Spec("map", "约定参数"),
    "indicators": Spec("list", "指标"),
})  # fmt: skip
# Sections that no table holds: kept in Contract.terms as they are.
FREE_SECTIONS = (
    "cost_shares",
    "acceptance",
    "evaluations",
    "termination",
    "debarment",
    "reports",
    "staffing",
    "obligations",
    "other_terms",
    "hours",
)
# Parts of the contract section that no column holds: kept likewise.
FREE_FIELDS = ("term", "budget")


BAD = object()


def check_shape(document):
    """Note every unknown, missing or wrong field; returns the values that are sound in themselves, in the same places."""
    sound = _check(document, (), document.data, FILE)
    if sound.get("format", FORMAT) != FORMAT:
        document.fault(("format",), f"格式版本 {sound['format']} 不认识", f"改为 {FORMAT}")
    return sound


def check_shape_of(document, path, entry, section):
    """Note what is wrong with an entry of a section that stands elsewhere in the file, at `path`; returns what is sound."""
    return _check_fields(document, path, entry, FILE.fields[section])


def _check(document, path, value, spec):
    told = WRONG.get(spec.kind, lambda *_: "")(value, spec)
    if told:
        message, _, mend = told.partition("|")
        document.fault(path, f"{spec.label or '这一项'}{message}", mend)
        return BAD
    if spec.kind == "part":
        return _check_fields(document, path, value, spec)
    if spec.kind == "rows":
        entries = [
            _check(document, (*path, index), entry, replace(spec, kind="part")) for index, entry in enumerate(value)
        ]
        return [{} if entry is BAD else entry for entry in entries]
    return value


def _check_fields(document, path, value, spec):
    sound = {}
    for name, entry in value.items():
        if name not in spec.fields:
            near = get_close_matches(str(name), spec.fields, 1)
            document.fault(
                (*path, name), f"没有“{name}”这一项", f"是否为 {near[0]}" if near else f"可用：{'、'.join(spec.fields)}"
            )
        elif entry is None:
            document.fault((*path, name), f"{spec.fields[name].label or name}未填", "填上，或删去这一行")
        else:
            sound[name] = _check(document, (*path, name), entry, spec.fields[name])
    for name, wanted in spec.fields.items():
        if wanted.required and name not in value:
            document.fault((*path, name), f"缺{wanted.label}（{name}）", "补上")
    return {name: entry for name, entry in sound.items() if entry is not BAD}
