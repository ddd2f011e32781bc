"""Every shape of a promise, told as one sentence."""

from datetime import date

import pytest

from services.indicators.labels import Labels
from services.indicators.reading import read_all
from services.indicators.sentence import tell

TERM = (date(2024, 1, 1), date(2024, 12, 31))
LABELS = Labels(
    words={
        ("register", "file"): "家庭档案", ("register", "key"): "重点回访对象", ("register", "dibao"): "低保家庭", ("paper", "form"): "需求调查表", ("paper", "photo"): "照片",
        ("paper", "originals"): "满意度调查原始问卷", ("document", "brief"): "月简报", ("document", "work_report"): "工作汇报", ("kind", "casework"): "个案", ("kind", "satisfaction"): "满意度问卷",
        ("approval", "chief"): "街道（乡镇）批准接案", ("fact", "done"): "完成家庭入户调查", ("fact", "tier"): "分级", ("fact", "value"): "价值", ("fact", "basis"): "估值依据", ("fact", "satisfied"): "评价为满意",
        ("fact", "routine"): "常规巡查", ("choice", "general"): "一般性", ("choice", "festival"): "主题节日", ("fact", "topic"): "类型", ("post", "lead"): "项目负责人", ("post", "officer"): "项目专员", ("clock", "assessment"): "首次沟通评估", ("clock", "supply"): "定制化服务配备", ("clock", "task"): "月工作任务",
        ("paper", "assessment_form"): "评估表", ("incident", "food_safety"): "食品安全事故", ("incident", "vagrancy"): "二次流浪", ("incident", "hazard"): "隐患", ("fact", "cause"): "原因", ("choice", "handover"): "衔接疏漏",
        ("score", "final"): "终期评估", ("fact", "certified"): "持证",
    },
    kinds={"event": "社区活动", "revisit": "回访", "session": "个案介入", "patrol": "巡查", "check": "入户核查", "resource": "资源链接", "publicity": "宣传"},
)  # fmt: skip
SHAPES = [
    ({"of": "register.file", "count": "household", "gate": {"done": True, "papers": ["form"]}, "target": {"ge": 154}, "unit": "户", "pay": {"price": 200, "cap": 154}},
     "合同期内，家庭档案（同一户只计一次）不少于154户；每个对象须完成家庭入户调查、有需求调查表方可计入；单价200元/户，最多按154户计价。"),
    ({"of": "record.event", "within": ["2024-06-01", "2025-01-31"], "gate": {"participants": {"ge": 30, "le": 50}}, "target": {"ge": 12}, "areas": {"ge": 4}, "unit": "场"},
     "2024年6月1日至2025年1月31日，社区活动不少于12场，其中每个街道（乡镇）不少于4场；每条记录须参加人数为30至50人方可计入。"),
    ({"of": "record.event", "areas": {"ge": 4}, "unit": "场"}, "合同期内，社区活动在每个街道（乡镇）（共3个）不少于4场。"),
    ({"part_of": "whole", "where": {"topic": "festival"}, "target": {"eq": 5}, "unit": "场"}, "2024年6月1日至2024年12月31日，“社区活动”计入项中，类型为主题节日的应为5场。"),
    ({"of": "answer.satisfaction", "gate": {"satisfied": True}, "count": "share", "target": {"ge": 90}, "unit": "%"}, "合同期内，满意度问卷中评价为满意的比例不低于90%。"),
    ({"of": "answer.satisfaction", "gate": {"satisfied": True}, "count": "share", "target": {"eq": 100}, "unit": "%"}, "合同期内，满意度问卷均须评价为满意。"),
    ({"of": "answer.satisfaction", "gate": {"satisfied": True}, "count": "share", "target": "none", "papers": ["originals"], "unit": "%"}, "合同期内，统计满意度问卷中评价为满意的比例，只报告结果、不设达标线；并须提交满意度调查原始问卷。"),
    ({"of": "answer.satisfaction", "count": {"mean": "score"}, "target": {"ge": 4}, "unit": "分"}, "合同期内，满意度问卷平均评分不低于4分。"),
    ({"of": "record.resource", "gate": {"basis": {"given": True}}, "count": {"sum": "value"}, "target": {"ge": 600000}, "unit": "元"}, "合同期内，资源链接价值合计不少于600,000元；每条记录须有估值依据方可计入。"),
    ({"of": "record.patrol", "gate": {"any": [{"routine": False}, {"minutes": {"ge": 120}}]}, "every": "month", "reach": {"ge": 10}, "unit": "次"}, "合同期内，每月开展巡查不少于10次，须全部做到；每条记录须（非常规巡查，或时长不少于120分钟）方可计入。"),
    ({"of": "record.revisit", "each": {"register": "key", "where": {"tier": "general"}}, "every": "quarter", "reach": {"ge": 1}, "unit": "次"}, "合同期内，对期初在册的每个“重点回访对象”（分级为一般性），每季度开展回访不少于1次，须全部做到。"),
    ({"of": "record.check", "each": {"register": "dibao"}, "reach": {"ge": 1}, "target": {"ge": 30}, "unit": "次"}, "合同期内，对期初在册的每个“低保家庭”，开展入户核查不少于1次，达标比例不低于30%。"),
    ({"of": "staff", "each": {"field": "post", "in": ["lead", "officer"]}, "reach": {"ge": 1}, "unit": "人"}, "在统计当日，在岗人员，岗位为项目负责人、项目专员的，各不少于1人，须全部做到。"),
    ({"of": "document.brief", "every": "month", "due": {"months": 0, "day": 25}, "reach": {"ge": 1}, "unit": "份"}, "合同期内，每月提交月简报不少于1份，须全部做到；于当月25日前提交，逾期不计。"),
    ({"of": "document.work_report", "every": ["month", "half", "year"], "reach": {"ge": 1}, "unit": "份"}, "合同期内，每月、每半年、每年各提交工作汇报不少于1份，须全部做到。"),
    ({"of": "record.publicity", "apart": ["whole"], "target": {"ge": 5}, "unit": "场"}, "合同期内，宣传不少于5场；已计入“社区活动”的不再计入。"),
    ({"of": "record.patrol", "gate": {"minutes": {"ge": "$shortest"}}, "target": {"ge": 5}, "unit": "次"}, "合同期内，巡查不少于5次；每条记录须时长不少于（待约定）分钟方可计入【标准待约定】。"),
    ({"of": "clock.assessment", "gate": {"hours": {"le": 24}, "papers": ["assessment_form"]}, "count": "share", "target": {"eq": 100}, "unit": "%"}, "合同期内，首次沟通评估均须在24小时内完成且有评估表。"),
    ({"of": "clock.supply", "gate": {"hours": {"le": "$shortest"}}, "count": "share", "target": {"eq": 100}, "unit": "%"}, "合同期内，定制化服务配备均须在约定时限内完成【时限待约定】。"),
    ({"of": "clock.supply", "gate": {"workdays": {"le": 3}}, "count": "share", "target": {"ge": 98}, "unit": "%"}, "合同期内，定制化服务配备中在3个工作日内完成的比例不低于98%。"),
    ({"of": "clock.task", "gate": {"on_time": True}, "count": "share", "areas": {"eq": 100}, "unit": "%"}, "合同期内，月工作任务中按时完成的比例在每个街道（乡镇）（共3个）应为100%。"),
    ({"of": "incident.food_safety", "target": {"eq": 0}, "nil": "month", "unit": "起"}, "合同期内，不得发生食品安全事故；无发生的月份须作零报告。"),
    ({"of": "incident.vagrancy", "where": {"cause": "handover"}, "target": {"eq": 0}, "unit": "起"}, "合同期内，不得发生二次流浪（原因为衔接疏漏）。"),
    ({"of": "incident.hazard", "gate": {"closed_on": {"given": True}}, "count": "share", "target": {"eq": 100}, "unit": "%"}, "合同期内，隐患均须有办结日期。"),
    ({"of": "score.final", "count": {"mean": "score"}, "target": {"ge": 90}, "unit": "分"}, "合同期内，终期评估平均得分不低于90分。"),
    ({"of": "staff.organisation", "gate": {"certified": True}, "target": {"ge": 2}, "unit": "名"}, "在统计当日，机构人员不少于2名；每名人员须持证方可计入。"),
    ({"of": "indicator", "gate": {"completion": {"ge": 100}}, "count": "share", "target": {"eq": 100}, "unit": "%"}, "合同期内，本合同各项指标（不含本项）的完成率均须达到100%。"),
    ({"of": "case.casework", "gate": {"approved": ["chief"], "has": [{"of": "record.session", "ge": 5}, {"of": "record.session", "where": {"direct": True}, "ge": 3}]}, "target": [{"ge": 154}, {"since": "2024-09-01", "ge": 140}], "unit": "例"},
     "合同期内，个案不少于154例（自2024年9月1日起不少于140例）；每例个案须经街道（乡镇）批准接案、个案介入不少于5次，其中直接服务不少于3次方可计入。"),
]  # fmt: skip
WHOLE = {
    "id": "whole",
    "zh": "社区活动",
    "of": "record.event",
    "within": ["2024-06-01", "2024-12-31"],
    "target": {"ge": 12},
}


@pytest.mark.parametrize(("definition", "sentence"), SHAPES, ids=[sentence[:30] for _definition, sentence in SHAPES])
def test_a_promise_is_told_back(definition, sentence):
    promises, faults = read_all(
        [WHOLE, {"id": "X", "zh": "本项", **definition}], term=TERM, parameters={"shortest": None}
    )
    assert faults == {}
    assert tell(promises["X"], LABELS, promises=promises, term=TERM, areas=3) == sentence
