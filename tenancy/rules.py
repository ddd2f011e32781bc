"""Decisions about people and organisations: check digits, who may hold which role."""

import re
from datetime import date
from operator import mul

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def credit_code_fault(code):
    """What is wrong with a unified social credit code (GB 32100-2015), or "" when it is right."""
    code = code.strip().upper()
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位"
    if any(sign not in _USCC_ALPHABET for sign in code):
        return "统一社会信用代码含有不允许的字符（不用 I、O、S、V、Z）"
    total = sum(_USCC_ALPHABET.index(sign) * weight for sign, weight in zip(code, _USCC_WEIGHTS, strict=False))
    if _USCC_ALPHABET[(31 - total % 31) % 31] != code[17]:
        return "统一社会信用代码校验位不对"
    return ""


def credit_code_check(first_17):
    """The check sign that belongs to the first 17 signs of a credit code."""
    total = sum(_USCC_ALPHABET.index(sign) * weight for sign, weight in zip(first_17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def normal_id_number(text):
    """An identity number as it is kept: no spaces, upper-case X, 18 digits."""
    return re.sub(r"\s", "", text).upper()


def id_number_fault(text):
    """What is wrong with a resident identity number (GB 11643-1999), or "" when it is right."""
    number = normal_id_number(text)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return (
            f"身份证号应为 18 位数字，末位可为 X，现为 {len(number)} 位"
            if len(number) != 18
            else "身份证号含有不允许的字符"
        )
    if not _is_date(number[6:14]):
        return "身份证号中的出生日期不存在"
    if id_number_check(number[:17]) != number[17]:
        return "身份证号校验位不对，请核对原件"
    return ""


def id_number_check(first_17):
    """The check sign that belongs to the first 17 digits of an identity number."""
    return _ID_CHECKS[sum(map(mul, map(int, first_17), _ID_WEIGHTS)) % 11]


def _is_date(digits):
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1900
    except ValueError:
        return False
