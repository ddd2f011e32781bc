"""Who can agree to what, and what a use of a photo asks for (个人信息保护法 art. 14, 15, 31)."""

SERVICE, PHOTO, EVALUATION, SHARING = "service", "photo", "evaluation", "sharing"
KINDS = {SERVICE: "接受服务", PHOTO: "拍照和使用照片", EVALUATION: "用于评估", SHARING: "向其他机构提供信息"}
# Whoever is younger agrees through the guardian (个人信息保护法第三十一条).
GUARDIAN_UNDER = 14


def faults(giver, giver_name, *, age, given_on, on):
    """Everything that is wrong with a consent, at once; `age` is None for a whole household or an unknown birth date."""
    found = []
    if not giver_name.strip():
        found.append("写明同意人姓名")
    if age is not None and age < GUARDIAN_UNDER and giver != "guardian":
        found.append(f"不满 {GUARDIAN_UNDER} 周岁的，须由监护人同意")
    if given_on > on:
        found.append("同意日期不得晚于今天")
    return found


def age_on(birth_date, on):
    """Full years on the day, or None."""
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
