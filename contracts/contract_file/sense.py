"""What has to agree inside a contract file: sums, words, dates, codes, and contradictions that must be spoken of.

The checks get the values that are sound in themselves (shape.check_shape), so that one wrong field is told once.
"""

from decimal import Decimal

from contracts.contract_file.shape import check_shape_of
from contracts.rules import amount_in_words, changed, instalment, is_amount_in_words, term_end

CODED = {
    "price_lines": "no",
    "phases": "title",
    "payment_terms": "no",
    "deadlines": "code",
    "evaluations": "code",
    "penalties": "code",
    "required_documents": "kind",
    "reports": "title",
    "readings": "code",
    "activity_kinds": "code",
    "hours": "kind",
}
ORDER = (
    (("procurement", "awarded_on"), ("contract", "signed_on"), "签订日期早于成交通知日期"),
    (("contract", "signed_on"), ("contract", "starts_on"), "服务期起早于签订日期"),
    (("contract", "starts_on"), ("contract", "ends_on"), "服务期止早于服务期起"),
    (("contract", "starts_on"), ("contract", "delivery_deadline"), "完成时限早于服务期起"),
    (("contract", "delivery_deadline"), ("contract", "ends_on"), "服务期止早于完成时限"),
)
NAMED = (("required_documents", "kind", "document"), ("reports", "kind", "document"), ("staffing", "post", "post"))
COMPARISONS = ("ge", "gt", "le", "lt", "eq")
# What a contract that is being performed can't leave open (the database says the same).
ACTIVE = {"amount": "合同价款", "signed_on": "签订日期", "starts_on": "服务期起", "ends_on": "服务期止"}


def check_sense(document, sound, *, triggers=None):
    """Note everything that contradicts itself. `triggers`: the events that payments knows, or None to take any."""
    contract = sound.get("contract", {})
    _check_codes(document, sound)
    _check_price_lines(document, sound, contract)
    _check_cost_shares(document, sound)
    _check_words(document, ("contract",), contract)
    _check_instalments(document, sound, contract)
    _check_triggers(document, sound, triggers)
    _check_dates(document, sound)
    _check_term(document, contract)
    _check_evaluations(document, sound)
    _check_phases(document, sound, contract)
    _check_deadlines(document, sound)
    _check_readings(document, sound)
    _check_labels(document, sound)
    _check_hours(document, sound)
    _check_active(document, sound, contract)


def _money(amount):
    return f"{amount:,.2f}"


def _amount(entry, name):
    return Decimal(entry[name]) if name in entry else None


def _check_codes(document, sound):
    for section, name in CODED.items():
        seen = {}
        for index, entry in enumerate(sound.get(section, [])):
            if name in entry and seen.setdefault(entry[name], index) != index:
                first = document.line((section, seen[entry[name]]))
                document.fault((section, index, name), f"{entry[name]} 与第 {first} 行重复", "改为另一个，或删去一条")


def _check_price_lines(document, sound, contract):
    lines = sound.get("price_lines", [])
    known = {str(entry.get("id")) for entry in sound.get("indicators", []) if isinstance(entry, dict)}
    for index, line in enumerate(lines):
        quantity, price, amount = (_amount(line, name) for name in ("quantity", "unit_price", "amount"))
        if None not in (quantity, price, amount) and quantity * price != amount:
            document.fault(
                ("price_lines", index, "amount"),
                f"合价 {_money(amount)} 不等于 {quantity} × {_money(price)} = {_money(quantity * price)}",
                "改合价、数量或单价",
            )
        if known and line.get("indicator", "") not in {"", *known}:
            document.fault(
                ("price_lines", index, "indicator"), f"没有指标 {line['indicator']}", "改为 indicators 中的 id"
            )
    total, amounts = _amount(contract, "amount"), [_amount(line, "amount") for line in lines]
    if lines and None not in (total, *amounts) and sum(amounts) != total:
        document.fault(
            ("contract", "amount"),
            f"合同价款 {_money(total)} 不等于价款明细合计 {_money(sum(amounts))}，差 {_money(abs(total - sum(amounts)))}",
            "改合同价款或明细",
        )


def _check_cost_shares(document, sound):
    shares = [_amount(row, "share") for row in sound.get("cost_shares", [])]
    if shares and None not in shares and sum(shares) != 1:
        document.fault(("cost_shares",), f"费用构成合计 {sum(shares) * 100:.2f}%，应为 100%", "改各项 share")


def _check_words(document, path, entry):
    amount = _amount(entry, "amount")
    if "amount_in_words" in entry and amount is not None and not is_amount_in_words(entry["amount_in_words"], amount):
        document.fault(
            (*path, "amount_in_words"), f"大写金额与 {_money(amount)} 不符", f"应为 {amount_in_words(amount)}"
        )


def _check_instalments(document, sound, contract):
    terms, total = sound.get("payment_terms", []), _amount(contract, "amount")
    shares = [_amount(term, "share") for term in terms]
    for index, term in enumerate(terms):
        _check_words(document, ("payment_terms", index), term)
    if not terms or None in shares:
        return
    if sum(shares) != 1:
        document.fault(("payment_terms",), f"各期比例合计 {sum(shares) * 100:.2f}%，应为 100%", "改各期 share")
    elif total is not None:
        due = [instalment(total, share) for share in shares[:-1]]
        for index, (term, right) in enumerate(zip(terms, [*due, total - sum(due)], strict=True)):
            amount = _amount(term, "amount")
            if amount is not None and amount != right:
                document.fault(
                    ("payment_terms", index, "amount"),
                    f"金额 {_money(amount)} 不等于合同价款的 {shares[index] * 100:.2f}%",
                    f"应为 {_money(right)}",
                )


def _check_triggers(document, sound, known):
    for index, term in enumerate(sound.get("payment_terms", [])):
        triggers = term.get("triggers", [])
        for name in triggers:
            if known is not None and name not in known:
                document.fault(
                    ("payment_terms", index, "triggers"), f"没有付款条件“{name}”", f"可用：{'、'.join(sorted(known))}"
                )
        if "due_from" in term and triggers and term["due_from"] not in triggers:
            document.fault(
                ("payment_terms", index, "due_from"),
                f"起算“{term['due_from']}”不在付款条件中",
                f"改为其中之一：{'、'.join(triggers)}",
            )


def _check_dates(document, sound):
    for earlier, later, message in ORDER:
        first, second = (sound.get(section, {}).get(name) for section, name in (earlier, later))
        if first and second and second < first:
            document.fault(later, f"{message}（{second} 早于 {first}）", "改其中一个日期")


def _check_term(document, contract):
    start, end, months = (
        *(contract.get(name) for name in ("starts_on", "ends_on")),
        contract.get("term", {}).get("months"),
    )
    if start and end and months and end != term_end(start, months):
        document.fault(
            ("contract", "ends_on"),
            f"服务期止 {end}，不是服务期起 {start} 后的 {months} 个月",
            f"应为 {term_end(start, months)}；或改 term.months",
        )


def _check_evaluations(document, sound):
    for index, evaluation in enumerate(sound.get("evaluations", [])):
        _check_evaluation(document, ("evaluations", index), evaluation)


def _check_evaluation(document, place, evaluation):
    if (evaluation.get("scheme") == "score") != ("full_marks" in evaluation):
        document.fault((*place, "scheme"), "按分数评定的须有满分（full_marks），其他方式不写", "补上或删去 full_marks")
    wanted = {(*place, "pass"): evaluation.get("pass", {})}
    for number, row in enumerate(evaluation.get("consequences", [])):
        at = (*place, "consequences", number)
        wanted |= {(*at, name): row.get(name, {}) for name in ("score", "reminders")}
        if not {"score", "result", "reminders"} & set(row):
            document.fault(at, "没有写明什么结果带来这一后果", "写上 score、result 或 reminders")
        for effect, name in (("extend", "months"), ("debar", "years")):
            if (effect in row.get("effects", [])) != (name in row):
                document.fault((*at, "effects"), f"{effect} 与 {name} 应同时写", f"补上或删去 {name}")
    for path, comparisons in wanted.items():
        if any(word not in COMPARISONS or not isinstance(limit, int | Decimal) for word, limit in comparisons.items()):
            document.fault(path, "应为比较，如 {ge: 80}", f"可用：{'、'.join(COMPARISONS)}")


def _check_phases(document, sound, contract):
    deadline = contract.get("delivery_deadline")
    is_spoken_of = any("phases" in reading.get("about", []) for reading in sound.get("readings", []))
    for index, phase in enumerate(sound.get("phases", [])):
        start, end = phase.get("starts_on"), phase.get("ends_on")
        if start and end and end < start:
            document.fault(("phases", index, "ends_on"), f"止于 {end}，早于起 {start}", "改其中一个日期")
        elif end and deadline and end > deadline and not is_spoken_of:
            document.fault(
                ("phases", index, "ends_on"),
                f"止于 {end}，晚于完成时限 {deadline}",
                "改日期；合同就是这样写的，在 readings 中登记这一矛盾（about 含 phases）",
            )


def _check_deadlines(document, sound):
    steps = {}
    for index, deadline in enumerate(sound.get("deadlines", [])):
        within, until, step = (deadline.get(name) for name in ("within", "until", "step"))
        if until is not None and (within is None or until <= within):
            document.fault(
                ("deadlines", index, "until"), f"最迟 {until} 应大于期限 {within or 0}", "改 within 或 until"
            )
        if step and steps.setdefault(step, index) != index:
            document.fault(
                ("deadlines", index, "step"),
                f"环节 {step} 已由第 {document.line(('deadlines', steps[step]))} 行计时",
                "一个环节只有一个期限",
            )


def _check_choices(document, sound, index, reading):
    """What a choice about an unclear place would make of an evaluation has to be sound, too."""
    known = {evaluation.get("code"): evaluation for evaluation in sound.get("evaluations", [])}
    for choice, changes in reading.get("sets", {}).items():
        for code, change in changes.items() if isinstance(changes, dict) else ():
            if code in known and isinstance(change, dict):
                place = ("readings", index, "sets", choice, code)
                after = check_shape_of(document, place, changed(known[code], change), "evaluations")
                _check_evaluation(document, place, after)


def _check_readings(document, sound):
    for index, reading in enumerate(sound.get("readings", [])):
        choices = reading.get("choices", {})
        if "default" in reading and reading["default"] not in choices:
            document.fault(
                ("readings", index, "default"),
                f"默认“{reading['default']}”不在可选处理中",
                f"改为其中之一：{'、'.join(choices)}" if choices else "写上 choices，或删去 default",
            )
        _check_choices(document, sound, index, reading)
        for path in reading.get("about", []):
            if path.split(".")[0] not in document.data:
                document.fault(("readings", index, "about"), f"涉及的“{path}”不在文件中", "写成 节名 或 节名.代号")


def _check_labels(document, sound):
    for section, name, family in NAMED:
        known = sound.get("labels", {}).get(family, {})
        for index, entry in enumerate(sound.get(section, [])):
            if name in entry and entry[name] not in known:
                document.fault((section, index, name), f"{entry[name]} 没有中文名称", f"在 labels.{family} 中写上")


def _check_hours(document, sound):
    known = {kind.get("code") for kind in sound.get("activity_kinds", [])}
    for index, entry in enumerate(sound.get("hours", [])):
        if entry.get("kind", "") not in known:
            document.fault(
                ("hours", index, "kind"), f"没有活动类型 {entry.get('kind', '')}", "改为 activity_kinds 中的 code"
            )


def _check_active(document, sound, contract):
    if contract.get("state") != "active":
        return
    for name, label in ACTIVE.items():
        if name not in document.section("contract", {}):
            document.fault(("contract", name), f"履行中的合同缺{label}（{name}）", "补上，或把 state 改为 draft")
    if "provider" not in document.section("parties", {}):
        document.fault(("parties", "provider"), "履行中的合同缺乙方（provider）", "补上，或把 state 改为 draft")
