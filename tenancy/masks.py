"""What of a personal value may be seen without a purpose. Who sees more is decided in caseload/rules/disclosure.py alone."""


def by_row(mask):
    """Mark a mask that needs the row beside the text: of a child less is shown than of an adult."""
    mask.by_row = True
    return mask


def name(text):
    """Surname only: 周砚秋 → 周**. The description of somebody whom nobody knows yet (姓名不详…) names nobody."""
    if text.startswith("姓名不详"):
        return text
    return text[:1] + "*" * max(len(text) - 1, 1)


def id_number(text, *, minor=False):
    """First three and last four of an identity number: 110***********1234; only the last two of a minor's."""
    if minor:
        return "*" * max(len(text) - 2, 0) + text[-2:]
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) >= 15 else "*" * len(text)


def phone(text, *, minor=False):
    """138****1234; shorter numbers, and those of minors, keep the last two."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 and not minor else "****" + text[-2:]


def address(text):
    """Nothing of it: the community is shown from the area tree instead."""
    return "已登记" if text else ""


def everything(text):
    return "●" * 4 if text else ""
