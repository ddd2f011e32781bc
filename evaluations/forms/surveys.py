"""The shape of what people enter about surveys: the survey, its questionnaire, an answer, an entered sheet."""

from django import forms

from contracts.queries import streets_of
from evaluations.forms.dealings import day
from evaluations.models import Questionnaire
from evaluations.queries import surveys as queries
from evaluations.rules import questionnaires as q
from evaluations.rules import surveys as rules

LIBRARY = "library:"


class SurveyForm(forms.Form):
    """What a survey is about, of whom and how it asks."""

    kind = forms.ChoiceField(label="满意度指标", help_text="一份调查只测一项，不与别的满意度混算")
    title = forms.CharField(label="名称", max_length=80)
    questionnaire = forms.ChoiceField(label="问卷", help_text="保存后可以改题目；开放后不能再改")
    ways = forms.MultipleChoiceField(
        label="调查方式", choices=list(rules.WAYS.items()), widget=forms.CheckboxSelectMultiple
    )
    from_day = day("开始")
    to_day = day("截止")
    target = forms.IntegerField(
        label="目标份数",
        min_value=1,
        max_value=rules.MOST_SLIPS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    population = forms.ChoiceField(label="抽样总体", choices=list(rules.POPULATIONS.items()), widget=forms.RadioSelect)
    served_from = day("服务期起", help_text="抽取这段时间里服务过的人")
    served_to = day("服务期止")
    by_category = forms.BooleanField(label="按街道和类别分层（不选则只按街道）", required=False)
    counts = forms.BooleanField(
        label="计入合同指标", required=False, help_text="不选则只在旁边对照；同一项指标只宜由一方的调查计入"
    )

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.fields["kind"].choices = queries.measures(contract)
        own = Questionnaire.objects.filter(contract=contract).defer("digest")
        latest = {}
        for row in own:
            latest.setdefault(row.code, (str(row.pk), str(row)))
        patterns = [
            (LIBRARY + code, f"题库：{row['title']}") for code, row in queries.library().items() if code not in latest
        ]
        self.fields["questionnaire"].choices = [*latest.values(), *patterns]

    def clean(self):
        data = super().clean()
        for first, last in (("from_day", "to_day"), ("served_from", "served_to")):
            if data.get(first) and data.get(last) and data[last] < data[first]:
                self.add_error(last, "不得早于开始的日期")
        return data

    def values(self):
        """What the actions take, without the questionnaire."""
        return {name: value for name, value in self.cleaned_data.items() if name != "questionnaire"}


class AnswerForm(forms.Form):
    """A questionnaire on a screen; the rules read what comes of it."""

    def __init__(self, *args, questionnaire, streets=(), whole=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.questionnaire, self.streets = questionnaire, {str(street.pk): street for street in streets}
        for question in questionnaire.questions:
            self.fields[question.code] = _asked(question, whole)
        if streets:
            choices = [*((key, street.name) for key, street in self.streets.items()), ("", "不说")]
            self.fields["street"] = forms.ChoiceField(label="住在哪个街道（乡镇）", choices=choices, required=False, widget=forms.RadioSelect)  # fmt: skip

    def asked(self):
        """[(number, question, bound field)] in order."""
        return [(number, one, self[one.code]) for number, one in enumerate(self.questionnaire.questions, 1)]

    def given(self):
        """What was chosen and written, by question."""
        return {one.code: self.cleaned_data.get(one.code, "") for one in self.questionnaire.questions}

    def chosen_street(self):
        """The street that was chosen, or None."""
        return self.streets.get(self.cleaned_data.get("street"))


def _asked(question, whole):
    if question.kind == q.TEXT:
        area = forms.Textarea(attrs={"rows": 3, "maxlength": q.LONGEST_WORDS})
        return forms.CharField(label=question.text, required=False, max_length=q.LONGEST_WORDS, widget=area)
    required = whole and question.required
    choices = list(question.options) if whole else [*question.options, ("", "未填")]
    told = {"required": "还没有选"}
    return forms.ChoiceField(
        label=question.text, choices=choices, required=required, widget=forms.RadioSelect, error_messages=told
    )


class SlipField(forms.ModelChoiceField):
    """A drawn person who hasn't answered, by number; the number alone is shown."""

    def label_from_instance(self, slip):
        place = f"　{slip.street.name}" if slip.street else ""
        return f"{slip}{place}"


class EntryForm(AnswerForm):
    """A sheet of paper, or an interview that is entered while it is held."""

    way = forms.ChoiceField(label="方式", widget=forms.RadioSelect)
    batch = forms.CharField(label="批次", max_length=20, required=False)
    serial = forms.CharField(label="卷号", max_length=20, required=False, help_text="纸面上的编号，同一批次不重复")
    slip = SlipField(label="抽样编号", queryset=None, required=False, empty_label="不是抽中的人")
    scan = forms.FileField(label="扫描件", required=False, help_text="照片或 PDF，20 MB 以内")

    def __init__(self, *args, survey, way, **kwargs):
        super().__init__(*args, streets=list(streets_of(survey.contract)), whole=way != rules.PAPER, **kwargs)
        self.fields["way"].choices = [(code, rules.WAYS[code]) for code in rules.ENTERED if code in survey.ways]
        self.fields["slip"].queryset = survey.slips.exclude(state=rules.ANSWERED).select_related("street")
        if not survey.slips.exists():
            del self.fields["slip"]
        if way != rules.PAPER:
            del self.fields["batch"], self.fields["serial"]

    def entry(self):
        """What the action takes beside the answers."""
        known = self.cleaned_data
        return {
            "way": known["way"], "batch": known.get("batch", ""), "serial": known.get("serial", ""), "slip": known.get("slip"), "scan": known.get("scan"),
            "street": self.chosen_street(),
        }  # fmt: skip


# --- the questionnaire as a form ----------------------------------------------------------------------------------
BLANK_ROWS = 3
JUDGED = [*q.GRADES, (q.YES, "是"), (q.NO, "否")]


class QuestionnaireForm(forms.Form):
    """A questionnaire on screen: a row for each question, and which of them decides."""

    title = forms.CharField(label="问卷名称", max_length=60)
    intro = forms.CharField(label="开头的话", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    decides = forms.ChoiceField(label="以哪一题判定是否满意", required=False)
    content = forms.MultipleChoiceField(
        label="哪些答案计为满意", choices=JUDGED, required=False, widget=forms.CheckboxSelectMultiple
    )
    score = forms.ChoiceField(label="以哪一题作评分", required=False)

    def __init__(self, *args, definition, **kwargs):
        self.definition, self.rows = definition, len(definition["questions"]) + BLANK_ROWS
        super().__init__(*args, initial=_initial(definition), **kwargs)
        kinds = list(q.KINDS.items())
        numbers = [(str(number), f"第 {number} 题") for number in range(1, self.rows + 1)]
        self.fields["decides"].choices = [("", "不判定"), *numbers]
        self.fields["score"].choices = [("", "不评分"), (q.MEAN, "各打分题平均"), *numbers]
        for number in range(1, self.rows + 1):
            label = f"第 {number} 题"
            self.fields[f"text_{number}"] = forms.CharField(label=label, max_length=q.LONGEST, required=False)
            self.fields[f"kind_{number}"] = forms.ChoiceField(label=f"{label}题型", choices=kinds, required=False)
            self.fields[f"options_{number}"] = forms.CharField(label=f"{label}选项", required=False, max_length=400)
            self.fields[f"dimension_{number}"] = forms.CharField(label=f"{label}维度", required=False, max_length=20)
            self.fields[f"optional_{number}"] = forms.BooleanField(label=f"{label}选填", required=False)

    def lines(self):
        """[{number, text, kind, options, dimension, optional}] of bound fields."""
        names = ("text", "kind", "options", "dimension", "optional")
        return [
            {"number": number} | {name: self[f"{name}_{number}"] for name in names}
            for number in range(1, self.rows + 1)
        ]

    def made(self):
        """The definition that was entered; empty rows are left out, the others keep their numbers."""
        known, questions, codes = self.cleaned_data, [], {}
        for number in range(1, self.rows + 1):
            if not known[f"text_{number}"].strip():
                continue
            codes[str(number)] = f"q{number}"
            questions.append(_question(known, number))
        kept = {name: self.definition[name] for name in ("code", "for", "papers") if name in self.definition}
        decides = codes.get(known["decides"])
        return kept | {
            "title": known["title"].strip(), "intro": known["intro"].strip(), "questions": questions,
            "satisfied": {"question": decides, "counts": known["content"]} if decides else None,
            "score": q.MEAN if known["score"] == q.MEAN else codes.get(known["score"]),
        }  # fmt: skip


def _question(known, number):
    row = {"code": f"q{number}", "text": known[f"text_{number}"].strip(), "kind": known[f"kind_{number}"]}
    options = known[f"options_{number}"].replace("；", "，").replace("、", "，").replace(",", "，").strip()
    if row["kind"] == q.CHOICE:
        row["options"] = [word.strip() for word in options.split("，") if word.strip()]
    if row["kind"] == q.SCALE:
        least, _, most = options.replace("到", "-").replace("至", "-").partition("-")
        row |= {
            "least": int(least) if least.strip().isdigit() else 1,
            "most": int(most) if most.strip().isdigit() else 5,
        }
    if known[f"dimension_{number}"].strip():
        row["dimension"] = known[f"dimension_{number}"].strip()
    if known[f"optional_{number}"] or row["kind"] == q.TEXT:
        row["required"] = False
    return row


def _initial(definition):
    initial = {"title": definition["title"], "intro": definition.get("intro", "")}
    numbers = {}
    for number, row in enumerate(definition["questions"], 1):
        numbers[row["code"]] = str(number)
        options = "，".join(row.get("options") or ())
        if row["kind"] == q.SCALE:
            options = f"{row.get('least', 1)}-{row.get('most', 5)}"
        initial |= {
            f"text_{number}": row["text"], f"kind_{number}": row["kind"], f"options_{number}": options, f"dimension_{number}": row.get("dimension", ""),
            f"optional_{number}": not row.get("required", True),
        }  # fmt: skip
    decides = definition.get("satisfied") or {}
    initial |= {"decides": numbers.get(decides.get("question"), ""), "content": decides.get("counts", [])}
    score = definition.get("score") or ""
    return initial | {"score": score if score == q.MEAN else numbers.get(score, "")}
