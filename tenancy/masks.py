"""What of a personal value may be seen without a purpose."""


def name(text):
    """Surname only: 周砚秋 → 周**."""
    return text[:1] + "*" * max(len(text) - 1, 1)


def id_number(text):
    """First three and last four of an identity number: 110***********1234."""
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) >= 15 else "*" * len(text)


def phone(text):
    """138****1234; shorter numbers keep the last two."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "****" + text[-2:]


def address(text):
    """Nothing of it: the community is shown from the area tree instead."""
    return "已登记" if text else ""


def everything(text):
    return "●" * 4 if text else ""
