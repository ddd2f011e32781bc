"""The one permission table: code, screens, tests and docs/roles.md read it. Roles follow the contracts' own parties.

No account: the served person (answers and signs on paper or by link), volunteers (no file access), the procurement agent. The
platform's operator has a command line and no membership: whoever runs the servers reads no file through the program.
"""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing a role may do; the value is stored nowhere, the text is what people read."""

    HOME = "看自己的工作台"
    CONTRACT_VIEW = "看合同、指标和进度"
    CONTRACT_MANAGE = "登记合同、编写口径"
    READING_CONFIRM = "代表一方确认口径，提出、确认变更"
    STAFF_MANAGE = "登记合同人员到岗、离岗"
    MONEY_VIEW = "看价款、节点和付款"
    LEDGER_VIEW = "看服务对象台账"
    LEDGER_EDIT = "登记和导入台账"
    PERSON_REVEAL = "写明用途后查看个人信息"
    LEDGER_EXPORT = "导出台账（个人信息隐去）"
    LEDGER_EXPORT_OPEN = "写明用途后导出含个人信息的台账"
    MINOR_APPROVE = "批准查看未成年人信息"
    SAMPLE_VIEW = "看抽样个案（代号）"
    FILES_TRANSFER = "移交、接收服务对象档案"
    RETENTION_MANAGE = "管理保存期限，提出销毁"
    RETENTION_DECIDE = "批准销毁到期档案"
    CASE_VIEW = "看个案"
    CASE_WORK = "办理个案"
    CASE_APPROVE = "批准接案、结案、转介"
    CASE_REVIEW = "审核超期个案"
    STAY_VIEW = "看在站人员"
    STAY_WORK = "办理入站、评估、照料方案、寻亲和离站"
    STAY_CONFIRM = "代表救助站确认照料方案，决定不予救助、终止救助和落户安置"
    RECORD_VIEW = "看服务记录"
    RECORD_WRITE = "登记服务记录"
    RECORD_VERIFY = "核验或退回服务记录"
    PLAN_MANAGE = "排回访计划、调整分工"
    GROUP_MANAGE = "登记小组和材料"
    REPORT_VIEW = "看月报"
    REPORT_WRITE = "编写、提交月报"
    REPORT_REVIEW = "接收或退回月报"
    EVALUATION_VIEW = "看验收和评估"
    ACCEPTANCE_REQUEST = "申请验收"
    ACCEPTANCE_ORGANISE = "组织验收和评估，登记结论"
    ACCEPTANCE_SIGN = "以专家身份签名"
    SCHEME_MANAGE = "编制评分方案"
    EVALUATION_SCORE = "声明利害关系，评分、签名"
    EVALUATION_STATE = "自评，陈述意见"
    CONSEQUENCE_DECIDE = "决定评估、违约的后果"
    CHECK_MANAGE = "抽查、提醒，下达和核验整改，登记违约，提出质疑"
    ISSUE_REPLY = "答复整改、质疑和违约，申请更换负责人"
    SURVEY_MANAGE = "办满意度调查"
    SURVEY_ENTER = "录入纸质问卷、代读问卷"
    SURVEY_ORIGINALS = "看原始问卷"
    PURCHASER_RATE = "评价甲方"
    PAYMENT_REQUEST = "申请付款、登记发票"
    PAYMENT_CHECK = "核验付款条件"
    PAYMENT_REVIEW = "审核付款"
    PAYMENT_APPROVE = "批准付款"
    PAYMENT_PAY = "登记付款"
    AUDIT_VIEW = "看审计记录"
    PEOPLE_MANAGE = "邀请人员、停用账号、设置组织和地区"
    CALENDAR_EDIT = "维护工作日历"
    SETUP_MANAGE = "设置活动类型与词表"


P = Permission
_LOOK = {P.HOME, P.CONTRACT_VIEW}
_BUREAU_LOOK = _LOOK | {P.MONEY_VIEW, P.LEDGER_VIEW, P.CASE_VIEW, P.RECORD_VIEW, P.REPORT_VIEW, P.EVALUATION_VIEW}
# Whoever handles contracts, at a bureau or at a station.
_HANDLE = _BUREAU_LOOK | {
    P.CONTRACT_MANAGE,
    P.READING_CONFIRM,
    P.STAFF_MANAGE,
    P.REPORT_REVIEW,
    P.ACCEPTANCE_ORGANISE,
    P.SCHEME_MANAGE,
    P.EVALUATION_SCORE,
    P.CHECK_MANAGE,
    P.SURVEY_MANAGE,
    P.SURVEY_ENTER,
    P.SURVEY_ORIGINALS,
    P.PAYMENT_CHECK,
    P.PERSON_REVEAL,
    P.LEDGER_EXPORT,
    P.LEDGER_EXPORT_OPEN,
    P.RETENTION_MANAGE,
    P.FILES_TRANSFER,
}
# Whoever decides what follows from a result; another person than the one who recorded it.
_DECIDE = {P.CONSEQUENCE_DECIDE, P.EVALUATION_SCORE, P.SURVEY_ORIGINALS}
_STATION = {P.STAY_VIEW, P.STAY_CONFIRM, P.PERSON_REVEAL}
_AGENCY_LOOK = _LOOK | {P.LEDGER_VIEW, P.CASE_VIEW, P.RECORD_VIEW, P.REPORT_VIEW, P.EVALUATION_VIEW}
_FIELD_WORK = {
    P.LEDGER_EDIT,
    P.PERSON_REVEAL,
    P.CASE_WORK,
    P.RECORD_WRITE,
    P.GROUP_MANAGE,
    P.STAY_VIEW,
    P.STAY_WORK,
}


@dataclass(frozen=True)
class Role:
    """A role as the parties call it; `side` is the kind of organisation that it may be held in."""

    label: str
    side: str
    holder: str
    permissions: frozenset
    home: str


def _role(label, side, holder, permissions, home):
    return Role(label, side, holder, frozenset(permissions), home)


ROLES = {
    "contract_manager": _role(
        "经办人",
        "purchaser",
        "甲方项目负责人",
        _HANDLE,
        "bureau",
    ),
    "section_chief": _role(
        "科室负责人",
        "purchaser",
        "业务科室负责人，审核付款",
        _BUREAU_LOOK
        | _DECIDE
        | {P.REPORT_REVIEW, P.PAYMENT_REVIEW, P.MINOR_APPROVE, P.RETENTION_DECIDE, P.CHECK_MANAGE},
        "bureau",
    ),
    "bureau_leader": _role(
        "分管领导", "purchaser", "分管局领导，批准付款", _BUREAU_LOOK | _DECIDE | {P.PAYMENT_APPROVE}, "bureau"
    ),
    "bureau_finance": _role(
        "财务", "purchaser", "甲方财务，凭票付款", _LOOK | {P.MONEY_VIEW, P.EVALUATION_VIEW, P.PAYMENT_PAY}, "finance"
    ),
    "station_head": _role(
        "站长",
        "purchaser",
        "救助管理站负责人，批准付款",
        _BUREAU_LOOK | _STATION | _DECIDE | {P.PAYMENT_APPROVE, P.MINOR_APPROVE, P.RETENTION_DECIDE},
        "bureau",
    ),
    "station_staff": _role(
        "站务人员",
        "purchaser",
        "救助管理站经办，相当于经办人",
        _HANDLE | _STATION,
        "bureau",
    ),
    "subdistrict_officer": _role(
        "民政干部",
        "subdistrict",
        "街道（乡镇）主管部门，只看本辖区",
        _LOOK
        | {
            P.LEDGER_VIEW,
            P.CASE_VIEW,
            P.RECORD_VIEW,
            P.CASE_APPROVE,
            P.PERSON_REVEAL,
            P.LEDGER_EXPORT,
            P.EVALUATION_SCORE,
        },
        "subdistrict",
    ),
    "community_committee": _role(
        "社区民政主任",
        "subdistrict",
        "居（村）委会，筛查名单、出具意见，不批准",
        _LOOK | {P.LEDGER_VIEW, P.CASE_VIEW, P.EVALUATION_SCORE},
        "bureau",
    ),
    "agency_manager": _role(
        "项目主管",
        "provider",
        "乙方项目负责人",
        _AGENCY_LOOK
        | _FIELD_WORK
        | {
            P.MONEY_VIEW,
            P.READING_CONFIRM,
            P.STAFF_MANAGE,
            P.REPORT_WRITE,
            P.ACCEPTANCE_REQUEST,
            P.PAYMENT_REQUEST,
            P.PLAN_MANAGE,
        }
        | {P.MINOR_APPROVE, P.FILES_TRANSFER, P.LEDGER_EXPORT, P.LEDGER_EXPORT_OPEN}
        | {P.EVALUATION_STATE, P.ISSUE_REPLY, P.SURVEY_MANAGE, P.SURVEY_ENTER, P.PURCHASER_RATE},
        "agency",
    ),
    "social_worker": _role("社工", "provider", "乙方一线社工", _AGENCY_LOOK | _FIELD_WORK | {P.SURVEY_ENTER}, "field"),
    "supervisor": _role(
        "督导",
        "provider",
        "乙方督导，审阅个案",
        _AGENCY_LOOK | {P.RECORD_VERIFY, P.PERSON_REVEAL, P.CASE_REVIEW, P.STAY_VIEW, P.MINOR_APPROVE},
        "agency",
    ),
    "quality_control": _role(
        "质控",
        "provider",
        "乙方质控组，核验或退回记录",
        _AGENCY_LOOK | {P.RECORD_VERIFY, P.PERSON_REVEAL, P.REPORT_WRITE, P.STAY_VIEW, P.LEDGER_EXPORT},
        "agency",
    ),
    "agency_finance": _role(
        "机构财务", "provider", "乙方财务，开具发票", _LOOK | {P.MONEY_VIEW, P.PAYMENT_REQUEST}, "agency"
    ),
    "liaison": _role(
        "联络员", "provider", "乙方联络员，业务往来的接口", _AGENCY_LOOK | {P.REPORT_WRITE, P.ISSUE_REPLY}, "agency"
    ),
    "resource_officer": _role("资源专员", "provider", "乙方项目及资源专员", _AGENCY_LOOK | {P.RECORD_WRITE}, "field"),
    "on_site_clerk": _role(
        "驻点人员", "provider", "乙方派驻民政局的定点办公人员", _AGENCY_LOOK | {P.LEDGER_EDIT, P.RECORD_WRITE}, "field"
    ),
    "evaluator": _role(
        "评估员",
        "evaluator",
        "第三方评估机构，只看派给的合同",
        _LOOK
        | {P.EVALUATION_VIEW, P.SAMPLE_VIEW, P.EVALUATION_SCORE, P.SURVEY_MANAGE, P.SURVEY_ENTER, P.SURVEY_ORIGINALS},
        "expert",
    ),
    "expert": _role(
        "评审专家",
        "evaluator",
        "甲方委托的专家评审组成员",
        _LOOK | {P.EVALUATION_VIEW, P.ACCEPTANCE_SIGN, P.SAMPLE_VIEW, P.EVALUATION_SCORE},
        "expert",
    ),
    "auditor": _role("审计", "audit", "专项审计，只读", _BUREAU_LOOK | {P.AUDIT_VIEW, P.SURVEY_ORIGINALS}, "bureau"),
    "system_admin": _role(
        "系统管理员",
        "purchaser",
        "账号、组织、地区、日历、活动类型与词表；不看业务",
        {P.HOME, P.PEOPLE_MANAGE, P.CALENDAR_EDIT, P.SETUP_MANAGE},
        "admin",
    ),
    "audit_admin": _role("审计管理员", "purchaser", "只看审计记录", {P.HOME, P.AUDIT_VIEW}, "admin"),
}
ROLE_CHOICES = [(code, role.label) for code, role in ROLES.items()]
# 三员分立: a system administrator or an audit administrator holds no business role in the same tenant.
SEPARATE_ROLES = {"system_admin", "audit_admin"}


def allows(membership, permission):
    """Whether the membership's role includes the permission."""
    return permission in ROLES[membership.role].permissions


def roles_with(permission):
    """The roles that include the permission, in the table's order."""
    return [code for code, role in ROLES.items() if permission in role.permissions]
