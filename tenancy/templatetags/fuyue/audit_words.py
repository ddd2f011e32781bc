"""What the codes of the audit trail are called on screen. A test holds this table against every audit.record() in the code."""

from tenancy.templatetags.fuyue.library import register

WORDS = {
    "access.denied": "被拒绝的访问",
    "areas.added": "登记地区",
    "calendar.day_set": "调整工作日",
    "calendar.loaded": "载入放假安排",
    "calendar.year_published": "公布放假安排",
    "invitation.accepted": "接受邀请",
    "invitation.withdrawn": "撤回邀请",
    "member.invited": "邀请人员",
    "membership.added": "加入身份",
    "membership.ended": "停用身份",
    "organisation.added": "登记组织",
    "password.changed": "修改密码",
    "password.reset": "重设密码",
    "password.reset_issued": "签发重设密码链接",
    "sign_in.failed": "登录失败",
    "tenant.opened": "开设单位",
}


@register.filter
def audit_action(code):
    """The Chinese word for an action's code."""
    return WORDS.get(code, code)
