"""A scheme in words: how an item is scored, how a party's scorers become one, and what differs between two versions."""

from evaluations.rules.scheme_faults import BASES, KINDS, SCORINGS, SIDES
from evaluations.rules.words import plain_number

WORDS = {
    "title": "名称", "scoring": "评分方式", "full_marks": "满分", "decimals": "小数位数", "grades": "等次", "opinions": "征求意见",
    "side": "属于", "weight": "权重", "aggregate": "合成", "least": "至少几人", "trim_from": "几人起去掉高低分", "apart": "分歧", "code": "序号",
    "kind": "怎样评", "marks": "分值", "standard": "评分标准", "levels": "档次", "parts": "分项", "indicator": "指标", "basis": "完成率",
    "bands": "完成率档次", "each": "每次扣", "unit": "单位", "source": "次数", "by": "由谁评", "facts": "旁列的指标", "veto": "一票否决",
}  # fmt: skip
ROWS = {"parties": "评分方", "dimensions": "方面", "items": "评分项"}


def fault_told(definition, fault):
    """A fault with its place in words: 3.2 档案，档次：未填。填上"""
    place = place_told(definition, fault.place)
    return f"{place}：{fault}" if place else str(fault)


def place_told(definition, place):
    """A place of a definition as people find it; the whole has no name."""
    told, row, node = "", "", definition
    for step in place:
        if isinstance(step, int) and row:
            node = node[step] if isinstance(node, list) and step < len(node) else {}
            named = node if isinstance(node, dict) else {}
            name = " ".join(str(named[word]) for word in ("code", "title") if named.get(word) and row != "评分方")
            told, row = (named.get("title") if row == "评分方" else name) or f"第 {step + 1} 个{row}", ""
        elif isinstance(step, int):
            told += f"第 {step + 1} 行"
        else:
            node = node.get(step) if isinstance(node, dict) else None
            row = ROWS.get(step, "")
            word = "" if row else WORDS.get(step, "")
            told += f"，{word}" if told and word and not told.endswith("行") else word
    return told or (row and f"全部{row}")


def percent(share):
    """0.8 → 80%"""
    return f"{plain_number(share * 100)}%"


def item_told(item, *, has_points=True):
    """How an item is scored, in one line without its marks."""
    told = {
        "points": lambda: "直接打分",
        "graded": lambda: "，".join(f"{level.title} {plain_number(level.marks)} 分" for level in item.levels),
        "composite": lambda: "，".join(f"{part.title} {plain_number(part.marks)} 分" for part in item.parts),
        "indicator": lambda: bands_told(item, has_points=has_points),
        "deduction": lambda: f"每{item.unit}扣 {plain_number(item.each)} 分，扣完为止" + _sourced(item),
        "pass_fail": lambda: "合格得满分，不合格不得分" if has_points else "合格或不合格",
    }[item.kind]()
    return f"{told}；一票否决" if item.veto else told


def _sourced(item):
    return "；次数由系统带出" if item.source else ""


def bands_told(item, *, has_points=True):
    """按目标完成率：≥100% 得满分，80%–100% 得 80%，不足 80% 不得分"""
    if not has_points:
        return f"{BASES[item.basis]} ≥{plain_number(item.bands[0].ge)}% 为合格"
    parts, above = [], None
    for band in item.bands:
        reach = f"≥{plain_number(band.ge)}%" if above is None else f"{plain_number(band.ge)}%–{plain_number(above)}%"
        parts.append(
            f"{reach} {'得满分' if band.share == 1 else f'得 {percent(band.share)}' if band.share else '不得分'}"
        )
        above = band.ge
    if item.bands[-1].share:
        parts.append(f"不足 {plain_number(above)}% 不得分")
    return f"按{BASES[item.basis]}：{'，'.join(parts)}"


def party_told(party):
    """How a party's scorers become one score: 至少 2 人，取平均；相差超过分值的 30% 须合议."""
    made = {
        "mean": "取平均",
        "trimmed_mean": f"{party.trim_from} 人起每项去掉一个最高分和一个最低分，取平均",
        "consensus": "取平均",
    }[party.aggregate]
    told = f"至少 {party.least} 人，{made}"
    if party.apart_share is not None:
        told += f"；相差超过分值的 {percent(party.apart_share)} 须合议"
    if party.apart_points is not None:
        told += f"；相差超过 {plain_number(party.apart_points)} 分须合议"
    return f"{told}；有否决权" if party.veto else told


def differences(old, new):
    """What the new Scheme makes different: [(place, before, after)], "" for what was or is not there."""
    rows = [("名称", old.title, new.title), ("评分方式", _scoring(old), _scoring(new))]
    rows += [(f"评分方 {title}", *pair) for title, pair in _pairs(_parties(old), _parties(new))]
    rows += [(f"方面 {title}", *pair) for title, pair in _pairs(_dimensions(old), _dimensions(new))]
    rows += [(code, *pair) for code, pair in _pairs(_items(old), _items(new))]
    rows += [("等次", _grades(old), _grades(new)), ("征求意见", "、".join(old.opinions), "、".join(new.opinions))]
    if [item.code for item in old.items] != [item.code for item in new.items] and not any(
        row[0] in {item.code for item in (*old.items, *new.items)} and not (row[1] and row[2]) for row in rows
    ):
        rows.append(("顺序", "、".join(item.code for item in old.items), "、".join(item.code for item in new.items)))
    return [row for row in rows if row[1] != row[2]]


def _scoring(scheme):
    marks = f"，满分 {plain_number(scheme.full_marks)}，保留 {scheme.decimals} 位小数" if scheme.has_points else ""
    return f"{SCORINGS[scheme.scoring]}{marks}"


def _pairs(old, new):
    """(name, (before, after)) of two {name: words}, in the new order with what has gone at the end."""
    for name in [*new, *(name for name in old if name not in new)]:
        yield name, (old.get(name, ""), new.get(name, ""))


def _parties(scheme):
    return {
        party.title: f"{SIDES[party.side]}，权重 {percent(party.weight)}，{party_told(party)}"
        for party in scheme.parties
    }


def _dimensions(scheme):
    return {row.title: f"{plain_number(row.marks)} 分" if row.marks else "有" for row in scheme.dimensions}


def _items(scheme):
    titles = {party.code: party.title for party in scheme.parties}
    told = {}
    for item in scheme.items:
        marks = f"{plain_number(item.marks)} 分，" if scheme.has_points else ""
        parts = [f"{item.title}：{marks}{KINDS[item.kind]}，{item_told(item, has_points=scheme.has_points)}"]
        parts += [item.standard] if item.standard else []
        parts += [f"由{'、'.join(titles.get(code, '自评') for code in item.by)}评"] if item.by else []
        parts += [f"旁列 {'、'.join(item.facts)}"] if item.facts else []
        parts += [f"指标 {item.indicator}"] if item.indicator else []
        told[item.code] = "；".join(parts)
    return told


def _grades(scheme):
    return "，".join(f"≥ {plain_number(grade.ge)} {grade.title}" for grade in scheme.grades)
