"""What a text tells of people, taken out of it: by table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.rules.scrubbing import Known, maybe_names, scrub

CHILD = Known("【本人】", names=("白小满",), numbers=("110101201405060036", "13900005678"))
MOTHER = Known("【家人1】", names=("欧阳露华",), numbers=("110101198003040021",))
FATHER = Known("【家人2】", names=("白峰",))
HOME = Known("【本户】", addresses=("柳巷深处9号3号楼2单元501",), places=("柳林一社区",))
KNOWN = [CHILD, MOTHER, FATHER, HOME]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("白小满在校成绩好", "【本人】在校成绩好"),
        ("白 小 满和欧阳露华同住", "【本人】和【家人1】同住"),
        ("小满不愿上学，小满的母亲失业", "【本人】不愿上学，【本人】的母亲失业"),
        ("露华近来失眠，欧阳女士愿意配合", "【家人1】近来失眠，【家人1】愿意配合"),
        ("老白外出务工，峰峰由奶奶带", "【本人】外出务工，【家人2】由奶奶带"),
        ("证件110101201405060036，母亲证件 110101 19800304 0021", "证件【证件号】，母亲证件 【证件号】"),
        ("联系１３９００００５６７８", "联系【电话】"),
        ("尾号5678", "尾号【电话】"),
        ("另一部手机 138-0013-8000，座机010-69840000", "另一部手机 【电话】，座机【电话】"),
        ("不认识的人的证件330102199001011234", "不认识的人的证件【证件号】"),
        ("卡号6222 0212 3456 7890 123", "卡号【账号】"),
        ("家住柳巷深处9号3号楼2单元501", "家住【住址】"),
        ("住3号楼2单元，下楼不便", "住【住址】，下楼不便"),
        ("住中山路88号院", "【住址】"),
        ("柳林一社区的活动室", "【社区】的活动室"),
        ("就读于青河第一小学三年级", "就读于【学校】三年级"),
        ("微信号baixiaoman2014，QQ 123456789", "微信【微信】，QQ【QQ】"),
        ("监护人：万俟海", "监护人【姓名】"),
        ("联系人：何木兰", "联系人【姓名】"),
        ("写信给a.b@example.cn", "写信给【邮箱】"),
        ("每周陪伴 2 次，共 12 次，目标达成", "每周陪伴 2 次，共 12 次，目标达成"),
        ("2024-06-03 入户，家庭月收入 1200 元", "2024-06-03 入户，家庭月收入 1200 元"),
        ("", ""),
    ],
)
def test_a_text_loses_what_tells_whose_it_is(text, left):
    assert scrub(text, KNOWN) == left


@given(st.text("的了在家。，0123456789 号小老", max_size=20), st.text("的了在家。，0123456789 号小老", max_size=20), st.sampled_from(["白小满", "小满", "110101201405060036", "13900005678", "欧阳露华", "柳巷深处9号3号楼2单元501", "柳林一社区"]))  # fmt: skip
def test_no_known_value_survives_in_any_company(before, after, value):
    assert value not in scrub(before + value + after, KNOWN)


def test_what_was_scrubbed_stays_as_it_is():
    once = scrub("白小满住柳巷深处9号，电话13900005678，就读于青河第一小学", KNOWN)
    assert scrub(once, KNOWN) == once


def test_every_piece_that_may_be_a_full_name_is_looked_at():
    assert maybe_names("白小满") == {"白小", "小满", "白小满"}
    assert "古丽·买买提" in maybe_names("邻居古丽·买买提来了")
    assert maybe_names("A，1；我") == set()
