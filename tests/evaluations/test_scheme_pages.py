"""The pages of schemes: who sees and who writes them, a draft typed wrong and mended, adopted, compared."""

from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.actions import schemes as actions
from evaluations.forms import schemes as forms
from evaluations.models import Scheme, SchemeVersion
from evaluations.queries import schemes as queries
from evaluations.rules import scheme_telling as telling
from evaluations.rules import schemes as rules
from tenancy import scope
from tests.cast import at

SOUND = queries.pattern("three-parties").definition
EVERY = [one.definition for one in queries.library()]


class Post(dict):
    """A posted form: what a browser sends of the inputs."""

    def getlist(self, name):
        return self.get(name, [])


def typed(definition):
    """What a browser sends of a definition's form when nothing is changed."""
    inputs = forms.Inputs(definition, [], [])
    rows = [*inputs.head]
    for party in inputs.parties:
        rows += [*party["head"], *party["how"]]
    sent = Post({"parties.count": str(len(inputs.parties)), "dimensions.count": str(len(inputs.dimensions))})
    for index, party in enumerate(inputs.parties):
        sent |= {f"parties.{index}.code": party["code"], f"parties.{index}.trim_from": str(party["trim_from"])}
    for dimension in inputs.dimensions:
        rows += [dimension["title"], *filter(None, [dimension["marks"]])]
        sent[f"{dimension['place']}.items.count"] = str(len(dimension["items"]))
        for item in dimension["items"]:
            own = [control for _kind, control in item["own"]]
            rows += [item["code"], item["title"], item["how"], *filter(None, [item["marks"]]), item["standard"], *own, *item["more"]]  # fmt: skip
    for control in rows:
        if control.kind == "flag":
            sent |= {control.name: "1"} if control.value else {}
        else:
            sent[control.name] = list(control.value) if control.kind == "checks" else str(control.value)
    return Post(sent)


@pytest.mark.parametrize("definition", EVERY, ids=lambda one: one["code"])
def test_a_form_sent_back_as_it_came_says_the_same(definition):
    assert rules.digest(forms.read(typed(definition), definition)) == rules.digest(definition)


def test_what_is_typed_wrong_is_kept_and_told_beside_its_input():
    sent = typed(SOUND) | {"full_marks": "tausend", "parties.0.weight": "siebzig", "dimensions.0.items.2.levels": "优 80\n良"}  # fmt: skip
    wrong = forms.read(Post(sent), SOUND)
    inputs = forms.Inputs(wrong, rules.faults(wrong), [])
    controls = {control.name: control for control in [*inputs.head, *inputs.parties[0]["head"], inputs.dimensions[0]["items"][2]["own"][0][1]]}  # fmt: skip
    assert {name: (controls[name].value, controls[name].errors) for name in ("full_marks", "parties.0.weight", "dimensions.0.items.2.levels")} == {
        "full_marks": ("tausend", ("应为数字，现为“tausend”",)),
        "parties.0.weight": ("siebzig", ("应为数字，现为“siebzig”",)),
        "dimensions.0.items.2.levels": ("优 80\n良", ("未填",)),
    }  # fmt: skip
    assert inputs.summary == [
        ("full_marks", "满分：应为数字，现为“tausend”。写成 8.5"),
        ("parties.0.weight", "第三方评估机构，权重：应为数字，现为“siebzig”。写成 8.5"),
        ("", "全部评分方：权重合计 30%，应为 100%。改各方权重"),
        ("dimensions.0.items.2.levels", "1.3 专业方法，档次第 2 行分值：未填。写成 8.5"),
    ]


def codes(definition, dimension=0):
    return [item["code"] for item in definition["dimensions"][dimension]["items"]]


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("up:dimensions.0.items.1", ["1.2", "1.1", "1.3", "1.4"]),
        ("down:dimensions.0.items.0", ["1.2", "1.1", "1.3", "1.4"]),
        ("up:dimensions.0.items.0", ["1.1", "1.2", "1.3", "1.4"]),
        ("remove:dimensions.0.items.1", ["1.1", "1.3", "1.4"]),
        ("add:dimensions.0.items", ["1.1", "1.2", "1.3", "1.4", ""]),
        ("remove:dimensions.0", ["2.1", "2.2", "2.3"]),
        ("remove:dimensions.9", ["1.1", "1.2", "1.3", "1.4"]),
        ("add:title", ["1.1", "1.2", "1.3", "1.4"]),
        ("save", ["1.1", "1.2", "1.3", "1.4"]),
    ],
)
def test_rows_are_moved_added_and_removed(act, left):
    before = deepcopy(SOUND)
    assert codes(forms.acted(before, act)) == left
    assert before == SOUND


def test_a_party_that_is_added_has_a_code_of_its_own():
    made = forms.acted(forms.acted(SOUND, "add:parties"), "add:parties")
    assert [party["code"] for party in made["parties"]] == [
        "third_party",
        "purchaser",
        "supervisor",
        "self",
        "p1",
        "p2",
    ]


def test_items_and_parties_are_told_in_words():
    item = rules.parse(queries.pattern("fcg-final").definition).item
    assert (
        telling.item_told(item("1.2")) == "按目标完成率：≥100% 得满分，80%–100% 得 80%，60%–80% 得 60%，不足 60% 不得分"
    )
    assert telling.item_told(item("3.3")) == "每次扣 1 分，扣完为止；次数由系统带出"
    scheme = rules.parse(SOUND)
    assert telling.item_told(scheme.item("4.1")) == "合格得满分，不合格不得分；一票否决"
    assert telling.party_told(scheme.party("third_party")) == "至少 3 人，4 人起每项去掉一个最高分和一个最低分，取平均；相差超过分值的 30% 须合议"  # fmt: skip


def test_two_versions_differ_in_what_was_changed():
    new = deepcopy(SOUND)
    new["dimensions"][0]["items"][1]["marks"], new["dimensions"][0]["items"][2]["title"] = 100, "方法"
    new["parties"][0]["weight"] = "0.6"
    del new["grades"][3], new["dimensions"][2]["items"][4]
    both = [rules.parse(SOUND), rules.parse(SOUND)]
    assert telling.differences(*both) == []
    changed = deepcopy(SOUND) | {"title": "新名称"}
    assert telling.differences(both[0], rules.parse(changed)) == [("名称", "三方综合评分表（1000 分）", "新名称")]
    moved = forms.acted(SOUND, "up:dimensions.0.items.1")
    assert [row[0] for row in telling.differences(both[0], rules.parse(moved))] == ["顺序"]


# --- pages ----------------------------------------------------------------------------------------------------------
def address(cast, name, pk, **more):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk, **more})


@pytest.fixture
def scored(cast):
    """A contract with a mid-term evaluation of 1,000 points, scored by an adopted scheme, and a draft of the next version."""
    with scope.tenant(cast.tenant.pk):
        row = {"code": "E1", "title": "中期评估", "stage": "midterm", "scheme": "score", "full_marks": 1000}
        rows = [
            {
                "title": "600 分以下",
                "score": {"lt": 600},
                "effects": ["rectify", "extend"],
                "months": 1,
                "clause_text": "限期整改",
            }
        ]
        cast.contract.terms = {
            "evaluations": [row | {"consequences": rows, "clause": "第五条"}],
            "acceptance": {"scheme": "pass_fail", "organiser": "purchaser"},
        }
        cast.contract.save()
        said = {"by": cast.contract_manager, "at": at()}
        cast.values["adopted"] = actions.adopt_filed(cast.contract, "E1", SOUND, **said)
        cast.values["draft"] = actions.draft_scheme(cast.contract, "E1", SOUND, note="", **said)
    return cast  # fmt: skip


@pytest.mark.parametrize(
    ("role", "looks", "writes"),
    [
        ("contract_manager", 200, 200),
        ("section_chief", 200, 403),
        ("agency_manager", 200, 403),
        ("auditor", 200, 403),
        ("evaluator", 404, 403),
        ("system_admin", 403, 403),
    ],
)
def test_who_looks_and_who_writes(scored, sign_in, role, looks, writes):
    client = sign_in(scored.members[role])
    draft = scored.values["draft"].pk
    assert client.get(address(scored, "scheme_version", draft)).status_code == looks
    assert client.get(address(scored, "edit_scheme", draft)).status_code == writes


def test_the_list_names_each_evaluation_with_its_scheme(scored, sign_in):
    page = sign_in(scored.contract_manager).get(address(scored, "schemes", scored.contract.pk)).content.decode()
    assert [word in page for word in ("中期评估", "三方综合评分表（1000 分）", "第 2 版草稿", "验收", "还没有方案", "编制")] == [True] * 6  # fmt: skip


def test_a_version_shows_its_items_parties_and_what_the_contract_ties_to_the_result(scored, sign_in):
    page = sign_in(scored.agency_manager).get(address(scored, "scheme_version", scored.values["adopted"].pk)).content.decode()  # fmt: skip
    told = ("4.1 财务合规（一票否决）", "每次扣 10 分，扣完为止；次数由系统带出", "70%", "评分表 700 分", "≥ 900", "600 分以下", "限期整改，服务期延长 1 个月")  # fmt: skip
    assert [word for word in told if word not in page] == []
    assert "改为新版" not in page


def test_a_draft_is_typed_wrong_mended_and_adopted(scored, sign_in):
    client, draft = sign_in(scored.contract_manager), scored.values["draft"]
    url = address(scored, "edit_scheme", draft.pk)
    wrong = typed(SOUND) | {"seen": actions.mark_of(draft), "act": "save", "dimensions.0.items.1.marks": "118"}
    page = client.post(url, wrong, follow=True).content.decode()
    assert "各项合计 348，应为 350" in page
    assert "还有 2 处须改正" in page
    assert client.post(address(scored, "adopt_scheme", draft.pk)).status_code == 400
    late = client.post(url, wrong)
    assert late.status_code == 400
    assert "这份草稿刚被别人改过" in late.content.decode()
    with scope.tenant(scored.tenant.pk):
        seen = actions.mark_of(SchemeVersion.objects.get(pk=draft.pk))
    client.post(url, typed(SOUND) | {"seen": seen, "act": "save", "note": "第二版"})
    page = client.post(address(scored, "adopt_scheme", draft.pk), follow=True).content.decode()
    assert "已采用第 2 版" in page
    with scope.tenant(scored.tenant.pk):
        assert queries.adopted(scored.contract, "E1").no == 2
    assert client.get(url).status_code == 302


def test_an_act_keeps_what_is_typed_and_goes_back_to_its_row(scored, sign_in):
    client, draft = sign_in(scored.contract_manager), scored.values["draft"]
    sent = typed(SOUND) | {"seen": actions.mark_of(draft), "act": "remove:dimensions.0.items.1", "title": "改名"}
    answer = client.post(address(scored, "edit_scheme", draft.pk), sent)
    assert answer["Location"].endswith("/edit/#row-dimensions.0.items.1")
    with scope.tenant(scored.tenant.pk):
        kept = SchemeVersion.objects.get(pk=draft.pk).definition
    assert (kept["title"], codes(kept)) == ("改名", ["1.1", "1.3", "1.4"])


def test_a_scheme_begins_after_the_library_without_facts_the_contract_lacks(scored, sign_in):
    client = sign_in(scored.contract_manager)
    url = address(scored, "start_scheme", scored.contract.pk, evaluation="acceptance")
    page = client.get(url).content.decode()
    assert ("验收评审表" in page, "三方综合评分表" in page) == (True, False)
    answer = client.post(url, {"source": "library:mtg04-acceptance"})
    with scope.tenant(scored.tenant.pk):
        made = SchemeVersion.objects.get(scheme__evaluation="acceptance")
        assert (made.state, made.note, made.definition["dimensions"][0]["items"][0]["facts"]) == ("draft", "按方案库 mtg04-acceptance", [])  # fmt: skip
    assert answer["Location"] == address(scored, "edit_scheme", made.pk)
    assert client.post(url, {"source": "library:nc1-midterm"}).status_code == 400
    assert client.get(address(scored, "start_scheme", scored.contract.pk, evaluation="E9")).status_code == 404


def test_a_new_version_begins_with_the_one_in_force_and_is_compared_with_it(scored, sign_in):
    client, adopted = sign_in(scored.contract_manager), scored.values["adopted"]
    assert client.post(address(scored, "redraft_scheme", adopted.pk)).status_code == 400
    client.post(address(scored, "drop_scheme", scored.values["draft"].pk))
    answer = client.post(address(scored, "redraft_scheme", adopted.pk))
    with scope.tenant(scored.tenant.pk):
        made = Scheme.objects.get().versions.get(state="draft")
        assert answer["Location"] == address(scored, "edit_scheme", made.pk)
        made.definition = made.definition | {"title": "改过的名称"}
        made.save()
    page = client.get(address(scored, "compare_schemes", made.pk)).content.decode()
    assert [word in page for word in ("1 处不同", "改过的名称", "三方综合评分表（1000 分）")] == [True, True, True]
    assert "只有这一版" in client.get(address(scored, "compare_schemes", adopted.pk)).content.decode()


def test_the_statements_of_the_list_do_not_grow_with_its_rows(scored, sign_in):
    client, url = sign_in(scored.contract_manager), address(scored, "schemes", scored.contract.pk)
    client.get(url)
    counts = []
    for rows in (1, 3):
        with scope.tenant(scored.tenant.pk):
            (first, *_rest), terms = scored.contract.terms["evaluations"], scored.contract.terms
            codes_ = ["E1", "E2", "E3"][:rows]
            scored.contract.terms = terms | {"evaluations": [first | {"code": code} for code in codes_]}
            scored.contract.save()
            for code in codes_[1:]:
                actions.adopt_filed(scored.contract, code, SOUND, by=scored.contract_manager, at=at())
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(url)
        counts.append(len(found))
    assert counts[0] == counts[1]
