"""The closed vocabulary: every word that an indicator may use. docs/algorithms/indicators.md tells what each means."""

import re

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,29}\Z")

# In the order in which a contract file writes them; export keeps it.
WORDS = (
    "id", "zh", "of", "part_of", "present", "within", "where", "gate", "count", "over", "each", "every", "anchor",
    "partial", "due", "reach", "apart", "papers", "nil", "target", "areas", "unit", "pay", "force", "derived", "clause",
    "clause_text", "source",
)  # fmt: skip
# Columns of services.Indicator; the rest of a definition is kept as it was written.
COLUMNS = {
    "id": "code",
    "zh": "title",
    "unit": "unit",
    "force": "force",
    "clause": "clause",
    "clause_text": "clause_text",
}

COMPARISONS = ("ge", "gt", "le", "lt", "eq", "ne")
LOWER, UPPER = ("ge", "gt", "eq"), ("le", "lt", "eq")
PERIODS = ("day", "workday", "open_day", "week", "month", "quarter", "half", "year")
PRESENT_ROWS = ("opened", "now", "any")
PRESENT_SUBJECTS = ("start", "whole", "any")
ANCHORS = ("calendar", "start")
PARTIAL = ("half", "keep", "drop")
FORCES = ("hard", "plan", "soft")
AREA_LEVELS = ("street", "community")
OVER_WORDS = ("of", "where", "gate", "count", "present")
HAS_WORDS = ("of", "where", "count", *COMPARISONS)

SOURCES = {
    "record": "服务记录", "case": "个案", "group": "小组", "register": "名册", "staff": "在岗人员", "answer": "问卷",
    "document": "材料", "incident": "事件", "clock": "计时", "score": "评分", "indicator": "指标",
}  # fmt: skip
# Staff of the project is what `staff` alone speaks of.
STAFF_KINDS = ("project", "organisation")
STOCKS = ("register", "staff")
