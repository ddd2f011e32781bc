"""What an invoice must be before it is registered."""

import re

from payments.rules.conditions import invoice_faults
from payments.rules.facts import InvoiceFact

ELECTRONIC = re.compile(r"\d{20}")
OLDER = re.compile(r"\d{8}")
CODE = re.compile(r"\d{10}|\d{12}")


def number_fault(number, code):
    """What is wrong with an invoice's number: 20 digits alone (数电票), or 8 digits with a code of 10 or 12."""
    if ELECTRONIC.fullmatch(number):
        return "20 位数电票没有发票代码，代码栏应空着" if code else ""
    if OLDER.fullmatch(number):
        return "" if CODE.fullmatch(code) else "8 位发票号码须同时填 10 位或 12 位发票代码"
    return f"发票号码应为 20 位数字，或 8 位数字加发票代码，现为 {len(number)} 位"


def problems(
    *, number, code, amount, seller, buyer, issued_on, today, signed_on, expected, contract_seller, contract_buyer
):
    """Everything that is wrong with an invoice for a milestone of `expected` yuan."""
    found = [number_fault(number, code)]
    found += invoice_faults(
        InvoiceFact(number, amount, seller, buyer), amount=expected, buyer=contract_buyer, seller=contract_seller
    )
    if issued_on > today:
        found.append("开票日期不得晚于今天")
    if issued_on < signed_on:
        found.append(f"开票日期不得早于合同签订日 {signed_on:%Y-%m-%d}")
    return [fault for fault in found if fault]
