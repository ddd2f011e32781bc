"""Every write on who and where: bureaus, areas, organisations, people."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenancy import audit, holidays, keys, queries, rules, scope
from tenancy.models import (
    Account,
    Area,
    CalendarDay,
    CalendarYear,
    Invitation,
    Membership,
    Organisation,
    Tenant,
    TenantKey,
)
from tenancy.permissions import ROLES, SEPARATE_ROLES
from tenancy.problems import Refused

INVITATION_DAYS = 7
FIRST_YEAR = 2023
# First words of addresses that belong to no tenant.
RESERVED_SLUGS = {
    "choose",
    "gallery",
    "invitation",
    "livez",
    "password",
    "readyz",
    "sign-in",
    "sign-out",
    "static",
    "api",
}


@transaction.atomic
def open_bureau(*, slug, name, short_name, kind, credit_code, areas, admin_login, admin_name, at, is_demo=False):
    """Open a tenant with everything it needs: keys, its own organisation, areas, calendar, and an administrator's invitation.

    `areas` is {district: {subdistrict: [community, …, "某村"]}}; a name that ends in 村 is a village. Returns
    (tenant, invitation token). Raises Refused with every fault at once.
    """
    _refuse_bad_bureau(slug, name, credit_code)
    tenant = Tenant.objects.create(slug=slug, name=name, short_name=short_name, kind=kind, is_demo=is_demo)
    with scope.tenant(tenant.pk):
        wrapped_by, sealing_key, index_key = keys.wrap_new_keys(tenant.pk)
        TenantKey.objects.create(wrapped_by=wrapped_by, sealing_key=sealing_key, index_key=index_key)
        organisation = Organisation.objects.create(
            name=name, short_name=short_name, kind=Organisation.Kind.PURCHASER, credit_code=credit_code.upper()
        )
        add_areas(areas=areas, by=None, at=at)
        load_statutory_calendar(by=None, at=at)
        audit.record("tenant.opened", by=None, at=at, name=name)
        _, token = invite(
            login=admin_login,
            name=admin_name,
            organisation=organisation,
            role="system_admin",
            title="系统管理员",
            by=None,
            at=at,
        )
    return tenant, token


def _refuse_bad_bureau(slug, name, credit_code):
    problems = []
    if slug in RESERVED_SLUGS:
        problems.append(f"网址名 {slug} 是系统保留的")
    if Tenant.objects.filter(slug=slug).exists():
        problems.append(f"网址名 {slug} 已使用")
    if not name.strip():
        problems.append("名称未填")
    fault = rules.credit_code_fault(credit_code)
    if fault:
        problems.append(fault)
    if problems:
        raise Refused("没有开设", problems)


@transaction.atomic
def add_areas(*, areas, by, at):
    """Add a tree {district: {subdistrict: [community, …]}}; what is there already stays."""
    for district_no, (district_name, streets) in enumerate(areas.items()):
        district, _ = Area.objects.get_or_create(
            name=district_name, parent=None, defaults={"level": Area.Level.DISTRICT, "sort": district_no}
        )
        for street_no, (street_name, communities) in enumerate(streets.items()):
            street, made = Area.objects.get_or_create(
                name=street_name, parent=district, defaults={"level": Area.Level.STREET, "sort": street_no}
            )
            if made:
                street.street = street
                street.save(update_fields=["street"])
            known = set(Area.objects.filter(parent=street).values_list("name", flat=True))
            Area.objects.bulk_create(
                Area(
                    name=name,
                    parent=street,
                    street=street,
                    level=Area.Level.COMMUNITY,
                    is_village=name.endswith("村"),
                    sort=no,
                )
                for no, name in enumerate(communities)
                if name not in known
            )
    audit.record("areas.added", by=by, at=at, districts=list(areas))


@transaction.atomic
def load_statutory_calendar(*, by, at):
    """Take over the statutory holidays and make-up days of every year that the library knows in full; what stands stays."""
    years = [year for year in holidays.library_years() if year >= FIRST_YEAR]
    known = set(CalendarDay.objects.values_list("day", flat=True))
    for year in years:
        CalendarYear.objects.get_or_create(year=year, defaults={"source": holidays.SOURCE})
        CalendarDay.objects.bulk_create(_day_of(row) for row in holidays.from_library(year) if row.day not in known)
    audit.record("calendar.loaded", by=by, at=at, last_year=years[-1])


def _day_of(row):
    return CalendarDay(day=row.day, is_workday=row.is_workday, name=row.name)


@transaction.atomic
def take_year(*, year, announced, source, by, at):
    """Make a year's table exactly what was announced ([tenancy.holidays.Announced]), and the year a published one.

    Returns its CalendarYear. Raises Refused when nothing was announced.
    """
    if not announced or any(row.day.year != year for row in announced):
        raise Refused(f"没有可接收的日子，{year} 年的放假安排没有改动")
    stood = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__year=year)}
    removed = sorted(set(stood) - {row.day for row in announced})
    CalendarDay.objects.filter(day__year=year).delete()
    CalendarDay.objects.bulk_create(map(_day_of, announced))
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults={"source": source, "is_published": True})
    audit.record(
        "calendar.year_taken", by=by, at=at, target=row, year=year, source=source, days=len(announced), removed=[str(day) for day in removed]
    )  # fmt: skip
    return row


@transaction.atomic
def clear_calendar_day(row, *, by, at):
    """Take a day off the table: it follows the week's rule again."""
    if not CalendarDay.objects.filter(pk=row.pk).delete()[0]:
        raise Refused("这一天已经不在表上")
    audit.record("calendar.day_cleared", by=by, at=at, day=str(row.day), name=row.name)


@transaction.atomic
def set_calendar_day(*, day, is_workday, name, by, at):
    """Declare one day as holiday or working day, whatever the week says."""
    row, _ = CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": name})
    audit.record("calendar.day_set", by=by, at=at, target=row, day=str(day), is_workday=is_workday)
    return row


@transaction.atomic
def publish_year(*, year, source, by, at):
    """Say that a year's holidays are complete: its working days are no longer provisional."""
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults={"source": source, "is_published": True})
    audit.record("calendar.year_published", by=by, at=at, target=row, year=year, source=source)
    return row


@transaction.atomic
def add_organisation(*, name, short_name, kind, by, at, credit_code="", area=None):
    """Register a party of the tenant. Raises Refused for a wrong credit code or a name that is taken."""
    fault = rules.credit_code_fault(credit_code) if credit_code else ""
    if fault:
        raise Refused(fault)
    organisation = Organisation(
        name=name.strip(), short_name=short_name.strip(), kind=kind, credit_code=credit_code.strip().upper(), area=area
    )
    try:
        organisation.validate_constraints()
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    organisation.save()
    audit.record("organisation.added", by=by, at=at, target=organisation)
    return organisation


def _refuse_role(organisation, role):
    wanted = ROLES[role].side
    if organisation.kind != wanted:
        raise Refused(
            f"{ROLES[role].label}只能设在{Organisation.Kind(wanted).label}，不能设在{organisation.get_kind_display()}"
        )


@transaction.atomic
def add_membership(*, account, organisation, role, by, at, title=""):
    """Let an account act for an organisation in a role.

    Raises Refused when the role doesn't belong in that kind of organisation, is held already, or when one of the two
    watching administrators would hold another role (三员分立).
    """
    _refuse_role(organisation, role)
    held = set(Membership.objects.filter(account=account, is_active=True).values_list("role", flat=True)) - {role}
    if held & SEPARATE_ROLES or (held and role in SEPARATE_ROLES):
        raise Refused("系统管理员和审计管理员不得兼任其他角色")
    membership = Membership(account=account, organisation=organisation, role=role, title=title)
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        raise Refused("该账号在这个组织已有这个角色") from error
    audit.record("membership.added", by=by, at=at, target=membership, role=role, organisation=organisation.name)
    return membership


@transaction.atomic
def end_membership(membership, *, by, at):
    """Stop a membership at once: the account's sessions end, what it did stays."""
    if by is not None and membership.pk == by.pk:
        raise Refused("不能停用自己")
    if not Membership.objects.filter(pk=membership.pk, is_active=True).update(is_active=False):
        raise Refused("该成员已停用")
    account = Account.objects.select_for_update().get(pk=membership.account_id)
    account.session_version += 1
    account.save(update_fields=["session_version"])
    audit.record("membership.ended", by=by, at=at, target=membership)


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, login, name, organisation, role, by, at, title=""):
    """Make an invitation; returns (invitation, token). The token is shown once and valid for seven days."""
    _refuse_role(organisation, role)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_digest=_digest(token),
        login=login.strip(),
        name=name.strip(),
        organisation=organisation,
        role=role,
        title=title.strip(),
        invited_by=by,
        created_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    audit.record("member.invited", by=by, at=at, target=organisation, role=role)
    return invitation, f"{invitation.tenant_id}-{token}"


def find_invitation(token, *, at):
    """The open invitation that a link's token belongs to; raises Refused when it is unknown, used, withdrawn or expired."""
    tenant_id, _, secret = token.partition("-")
    if not tenant_id.isdigit():
        raise Refused("邀请链接不完整，请向邀请你的管理员要一个新的")
    with scope.tenant(int(tenant_id)):
        invitation = (
            Invitation.objects.select_related("organisation", "tenant").filter(token_digest=_digest(secret)).first()
        )
    if invitation is None or invitation.withdrawn_at:
        raise Refused("邀请链接无效，请向邀请你的管理员要一个新的")
    if invitation.accepted_at:
        raise Refused("这个邀请已经用过，直接登录即可")
    if invitation.expires_at < at:
        raise Refused("邀请已过期，请向邀请你的管理员要一个新的")
    return invitation


@transaction.atomic
def accept_invitation(token, *, password, at):
    """Create the account with the person's own password, or join an account of that login by its password.

    Returns the membership. Raises Refused for a weak password, or a wrong one for a login that exists.
    """
    invitation = find_invitation(token, at=at)
    with scope.tenant(invitation.tenant_id):
        if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=at):
            raise Refused("这个邀请已经用过，直接登录即可")
        account = Account.objects.filter(login__iexact=invitation.login).first()
        if invitation.is_reset:
            return _reset_password(account, password, at=at)
        if account is not None:
            if not account.check_password(password):
                raise Refused("这个账号已存在，请输入它原来的密码")
        else:
            account = create_account(login=invitation.login, name=invitation.name, password=password)
        membership = add_membership(
            account=account,
            organisation=invitation.organisation,
            role=invitation.role,
            title=invitation.title,
            by=None,
            at=at,
        )
        audit.record("invitation.accepted", by=membership, at=at, target=membership)
    return membership


@transaction.atomic
def issue_password_reset(membership, *, by, at):
    """A link by which a member who forgot the password sets a new one; returns (invitation, token).

    Refused for an account that also acts in another bureau: this bureau's administrator must not open that one's door.
    """
    if queries.tenants_of(membership.account) != [membership.tenant_id]:
        raise Refused("该账号还在别的单位任职，不能由一家单位重设密码")
    token = secrets.token_urlsafe(32)
    account = membership.account
    invitation = Invitation.objects.create(
        token_digest=_digest(token),
        is_reset=True,
        login=account.login,
        name=account.name,
        organisation=membership.organisation,
        role=membership.role,
        invited_by=by,
        created_at=at,
        expires_at=at + timedelta(days=1),
    )
    audit.record("password.reset_issued", by=by, at=at, target=membership)
    return invitation, f"{invitation.tenant_id}-{token}"


def _reset_password(account, password, *, at):
    _set_password(account, password)
    membership = Membership.objects.select_related("account").filter(account=account, is_active=True).first()
    if membership is None:
        raise Refused("该账号已停用")
    audit.record("password.reset", by=membership, at=at)
    return membership


def _set_password(account, password):
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused("密码不够安全", error.messages) from error
    account.set_password(password)
    account.session_version += 1
    account.save(update_fields=["password", "session_version"])


@transaction.atomic
def withdraw_invitation(invitation, *, by, at):
    """Make an invitation's link worthless."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(withdrawn_at=at)
    audit.record("invitation.withdrawn", by=by, at=at, target=invitation.organisation)


def create_account(*, login, name, password):
    """An account with a password of the person's own; raises Refused when it is too weak."""
    account = Account(login=login, name=name)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused("密码不够安全", error.messages) from error
    account.set_password(password)
    account.save()
    return account


@transaction.atomic
def change_password(account, *, old, new, by, at):
    """Set a new password of one's own; every other session of the account ends."""
    if not account.check_password(old):
        raise Refused("原密码不对")
    _set_password(account, new)
    audit.record("password.changed", by=by, at=at)


def note_failed_sign_in(account, *, at):
    """Keep a failed sign-in in the audit trail of each bureau in which the account is a member."""
    for membership in queries.memberships_of(account):
        with scope.tenant(membership.tenant_id):
            audit.record("sign_in.failed", by=membership, at=at, outcome="denied")
