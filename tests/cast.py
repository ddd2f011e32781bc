"""The shared cast: one bureau with a member in every role, a rival agency beside it, and a second bureau of strangers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from contracts.models import Contract, ContractArea, StaffPost
from tenancy import actions, scope
from tenancy.clock import SHANGHAI
from tenancy.models import Account, Area, Membership, Organisation, Tenant
from tenancy.permissions import ROLES
from tenancy.rules import credit_code_check

PASSWORD = "Correct-horse-9"
NAMES = {
    "contract_manager": "周砚秋", "section_chief": "秦望舒", "bureau_leader": "陆长亭", "bureau_finance": "顾明灯",
    "station_head": "岑远志", "station_staff": "鲁行舟", "subdistrict_officer": "陶然亭", "community_committee": "麦秋生",
    "agency_manager": "许星河", "social_worker": "江一帆", "supervisor": "叶归舟", "quality_control": "何木兰",
    "agency_finance": "沈知夏", "liaison": "梁上燕", "resource_officer": "钟灵秀", "on_site_clerk": "苗青禾",
    "evaluator": "程衡准", "expert": "温如玉", "auditor": "方正言", "system_admin": "管仲平", "audit_admin": "严明察",
}  # fmt: skip
STREETS = {
    "青河区": {
        "柳林街道": ["柳林一社区", "柳林二社区"],
        "石桥街道": ["石桥社区", "桥西社区"],
        "云岭镇": ["云岭社区", "上岭村"],
    }
}


def at(text="2024-06-03 10:00"):
    """An aware moment in Asia/Shanghai."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def credit_code(number):
    first = f"52110109{number:09d}"
    return first + credit_code_check(first)


@dataclass(eq=False)
class Cast:
    """The people and organisations of one bureau."""

    tenant: Tenant
    provider: Organisation
    rival: Organisation
    streets: dict
    communities: dict
    members: dict = field(default_factory=dict)
    rivals: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    open_to_rivals: frozenset = frozenset()
    contract: Contract | None = None

    def __getattr__(self, name):
        """cast.social_worker is the member in that role."""
        members = self.__dict__.get("members", {})
        if name in members:
            return members[name]
        raise AttributeError(name)


def _member(organisation, role, name, prefix):
    account = Account.objects.filter(login=f"{prefix}.{role}").first() or actions.create_account(
        login=f"{prefix}.{role}", name=name, password=PASSWORD
    )
    made = actions.add_membership(account=account, organisation=organisation, role=role, by=None, at=at())
    return Membership.objects.select_related("account", "organisation", "organisation__area", "tenant").get(pk=made.pk)


def make_cast(slug="qinghe", name="青河区民政局", number=1):
    """Open a bureau through the actions, with every role filled and one active contract of provider A."""
    tenant, _ = actions.open_bureau(
        slug=slug,
        name=name,
        short_name=name,
        kind="bureau",
        credit_code=credit_code(number),
        areas=STREETS,
        admin_login=f"{slug}.first",
        admin_name="管仲平",
        at=at("2024-01-02 09:00"),
    )
    with scope.tenant(tenant.pk):
        streets = {area.name: area for area in Area.objects.filter(level="street")}
        communities = {area.name: area for area in Area.objects.filter(level="community").select_related("street")}
        purchaser = Organisation.objects.get(kind="purchaser")

        def add(title, kind, n, area=None):
            return actions.add_organisation(
                name=title,
                short_name=title,
                kind=kind,
                credit_code=credit_code(number * 100 + n),
                area=area,
                by=None,
                at=at(),
            )

        provider, rival = add("同心社工服务中心", "provider", 1), add("远山社工服务中心", "provider", 2)
        homes = {
            "purchaser": purchaser,
            "provider": provider,
            "evaluator": add("衡准评估中心", "evaluator", 3),
            "audit": add("区审计组", "audit", 4),
        }
        homes["subdistrict"] = add("柳林街道办事处", "subdistrict", 5, streets["柳林街道"])
        cast = Cast(tenant, provider, rival, streets, communities)
        for role, definition in ROLES.items():
            cast.members[role] = _member(homes[definition.side], role, NAMES[role], slug)
        for role in ("agency_manager", "social_worker", "quality_control"):
            cast.rivals[role] = _member(rival, role, f"远山{ROLES[role].label}", f"{slug}.rival")
        cast.contract = make_contract(purchaser, provider, streets.values(), cast.members["expert"])
    return cast


def make_contract(purchaser, provider, streets, expert, code="QH01"):
    """An active contract of 100,000.00 yuan for the year 2024, serving the given subdistricts."""
    contract = Contract.objects.create(
        code=code, title="青河区精准救助服务", short_title="精准救助", purchaser=purchaser, provider=provider, amount=Decimal("100000.00"),
        signed_on=date(2024, 1, 2), starts_on=date(2024, 1, 2), ends_on=date(2024, 12, 31), delivery_deadline=date(2024, 11, 30), state="active",
    )  # fmt: skip
    ContractArea.objects.bulk_create(
        ContractArea(contract=contract, area=area, sort=no) for no, area in enumerate(streets)
    )
    StaffPost.objects.create(
        contract=contract,
        membership=expert,
        name="温如玉",
        post="expert",
        side="purchaser",
        from_day=date(2024, 1, 2),
        is_verified=True,
    )
    return contract
