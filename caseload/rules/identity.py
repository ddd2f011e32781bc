"""People on the ledger of whom nobody knows yet who they are. Pure: values in, values out."""

from caseload.rules import people

UNKNOWN = "姓名不详"
SEX = {"female": "女", "male": "男"}


def description(*, sex, about_age, place):
    """What stands for the name: 姓名不详（女，约60岁，城子街道）."""
    known = [SEX.get(sex, ""), f"约{about_age}岁" if about_age is not None else "", place]
    return f"{UNKNOWN}（{'，'.join(filter(None, known))}）"


def faults(*, name, id_number, basis, found_on, today, told, has_file):
    """Everything that is missing or wrong when somebody's identity is entered, at once."""
    found = []
    if not people.normal_name(name):
        found.append("姓名未填")
    elif people.normal_name(name).startswith(UNKNOWN):
        found.append("写查明的姓名")
    number = people.normal_id_number(id_number)
    if number and people.id_number_fault(number):
        found.append(people.id_number_fault(number))
    if not basis:
        found.append("选依据")
    if found_on is None or found_on > today:
        found.append("查明日期不得晚于今天")
    if not has_file and len((told or "").strip()) < 2:
        found.append("上传证明材料，或写明经过")
    return found
