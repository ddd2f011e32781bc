"""A bureau with at least one row of everything that a route may be about: what could leak, for the stranger test.

Rows are laid directly, in states in which their routes open; how rows come about is tested elsewhere.
"""

import io
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from caseload.models import (
    Carer,
    Case,
    CaseFollowUp,
    CasePaper,
    CaseReferral,
    CaseReview,
    Category,
    Consent,
    DisclosureRequest,
    Erasure,
    ErasureMove,
    FileTransfer,
    FileTransferLine,
    FileTransferMove,
    Group,
    GroupMember,
    GroupPaper,
    Household,
    HouseholdCategory,
    HouseholdPaper,
    Identification,
    KnownApart,
    LedgerChange,
    LedgerExport,
    LedgerImport,
    LegalHold,
    Merge,
    Person,
    RegisterEntry,
    RetentionClass,
    RightsRequest,
    SampledCase,
    SampleGrant,
)
from contracts.models import Amendment, AmendmentMove, Label, OpenReading, PaymentTerm, ReadGrant, StaffPost
from documents.actions.files import store
from documents.actions.jobs import ask
from documents.actions.snapshots import freeze
from evaluations.models import Acceptance, AcceptanceExpert, AcceptancePaper, Score
from payments.models import Invoice, Milestone, PaymentRequest
from services.models import (
    ActivityKind,
    Answer,
    Attendance,
    ClearedDuplicate,
    Clock,
    ClockPaper,
    Confirmation,
    Deliverable,
    FollowUp,
    FollowUpMove,
    Incident,
    IncidentPaper,
    Indicator,
    IndicatorVersion,
    MonthlyReport,
    Notice,
    NoticePreference,
    RecordEvidence,
    ServiceRecord,
    SignInCode,
)
from services.queries.case_files import JOB_KIND as CASE_FILE
from services.reporting.figures import collect
from tenancy import actions, clock, scope
from tests.cast import at, make_cast
from tests.populated_evaluations import evaluations
from tests.populated_station import station

DAY = date(2024, 6, 3)


def picture(colour="#88aacc", name="照片.jpg"):
    """A small real JPEG."""
    data = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def populate(slug, name, number):
    """A cast whose bureau holds one of everything; `values` are the second parameters of routes that have two."""
    cast = make_cast(slug, name, number)
    with scope.acting(cast.social_worker):
        cast.photo = store(picture(), allow={"image"}, by=cast.social_worker, at=at())
        _caseload(cast)
        _duplicates(cast)
        _confidential(cast)
        _services(cast)
        _judged(cast)
        _events(cast)
        station(cast)
        _reports(cast)
        _follow_ups(cast)
        _contract(cast)
        _agreed(cast)
        _acceptance(cast)
        evaluations(cast)
        _money(cast)
        actions.invite(
            login=f"{slug}.invited",
            name="白鹭洲",
            organisation=cast.provider,
            role="social_worker",
            by=cast.system_admin,
            at=clock.now(),
        )
        ask("none", f"{slug}-1", "月报", {}, by=cast.social_worker, at=at())
        bound = ask(CASE_FILE, slug, "个案档案", {"case": cast.case.pk}, by=cast.social_worker, at=at())
        type(bound).objects.filter(pk=bound.pk).update(state="done", result={"file": str(cast.photo.pk)})
    return cast


def _caseload(cast):
    community = cast.communities["柳林一社区"]
    place = {"area": community, "street": community.street}
    category = Category.objects.create(code="dibao", label="低保", group="享受社会救助")
    cast.household = Household.objects.create(
        contract=cast.contract, number=f"{cast.tenant.slug}-H-0001", created_at=at(), address="一号楼", **place
    )
    cast.person = Person.objects.create(
        household=cast.household, name="白露华", is_head=True, phone="13800001234", created_at=at()
    )
    HouseholdCategory.objects.create(household=cast.household, category=category, from_day=DAY)
    Carer.objects.create(
        household=cast.household, person=cast.person, role="carer", name="何木兰", phone="13900001234", relation="邻居", from_day=DAY, created_at=at()
    )  # fmt: skip
    LedgerChange.objects.create(
        household=cast.household, item="needs", old="就业", new="就医", reported_on=DAY, at=at()
    )
    HouseholdPaper.objects.create(
        household=cast.household, kind="photo", file=cast.photo, filled_on=DAY, created_at=at()
    )
    cast.case = Case.objects.create(
        contract=cast.contract, number=f"{cast.tenant.slug}-GA-0001", household=cast.household, person=cast.person, worker=cast.social_worker,
        state="intake_submitted", identified_on=DAY, first_contact_on=DAY, handed_on=DAY, created_at=at(), **place,
    )  # fmt: skip
    paper = CasePaper.objects.create(case=cast.case, kind="photo", file=cast.photo, filled_on=DAY, created_at=at())
    beside = {"case": cast.case, "by": cast.social_worker, "created_at": at()}
    CaseReferral.objects.create(
        paper=paper, state="sent", to="区心理咨询中心", needs_approval=False, handed_on=DAY, **beside
    )
    CaseFollowUp.objects.create(paper=paper, visited_on=DAY, mode="电话", **beside)
    CaseReview.objects.create(
        reviewed_on=DAY, decision="close", opinion="同意结案", **{**beside, "by": cast.supervisor}
    )
    cast.group = Group.objects.create(
        contract=cast.contract, title="同心圆", leader=cast.social_worker, members=8, created_at=at(), **place
    )
    GroupPaper.objects.create(group=cast.group, kind="plan", file=cast.photo, created_at=at())
    GroupPaper.objects.create(group=cast.group, kind="plan", data='{"aims": "白露华"}', filled_on=DAY, created_at=at())
    GroupMember.objects.create(group=cast.group, name="白露华", joined_on=DAY, created_at=at())
    team = RegisterEntry(contract=cast.contract, kind="volunteer", label="志愿者甲", from_day=DAY, created_at=at())
    team.subject = team.pk
    team.save()
    sheet = store(_workbook(), allow={"sheet"}, by=cast.social_worker, at=at())
    faults = [{"row": 2, "field": "身份证号", "message": "校验位不对"}]
    LedgerImport.objects.create(
        contract=cast.contract, file=sheet, rows_total=1, faults=faults, by=cast.social_worker, created_at=at()
    )


def _duplicates(cast):
    """An unknown person, a household that was merged, a pair that was told apart, a ledger that was taken out."""
    place = {"contract": cast.contract, "area": cast.household.area, "street": cast.household.street}
    number = f"{cast.tenant.slug}-H-"
    other = Household.objects.create(number=f"{number}0002", created_at=at(), **place)
    nobody = Person.objects.create(
        household=other, name="姓名不详（女，约60岁，柳林街道）", is_unknown=True, features="灰色上衣", created_at=at()
    )
    said = {"by": cast.social_worker, "at": at()}
    Identification.objects.create(person=nobody, basis="police", found_on=DAY, told="比对未果", **said)
    ends = {"first_person": cast.person, "second_person": nobody}
    KnownApart.objects.create(contract=cast.contract, reason="年龄不符", **ends, **said)
    gone = Household.objects.create(number=f"{number}0003", created_at=at(), merged_into=cast.household, **place)
    Merge.objects.create(
        contract=cast.contract, street=cast.household.street, kept_household=cast.household, merged_household=gone, reason="重复登记",
        before='{"kept": {}, "merged": {}}', **said,
    )  # fmt: skip
    for member in (cast.agency_manager, cast.contract_manager):
        LedgerExport.objects.create(
            contract=cast.contract, kind="households", asked_by=member, asked_at=at(), file=cast.photo, rows=1, made_at=at(),
            job=ask("none", f"{number}{member.pk}", "台账", {}, by=member, at=at()), expires_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
    for noun, pair in (("people", nobody), ("households", other)):
        for route in (f"merge_{noun}", f"{noun}_apart"):
            cast.values[f"caseload:{route}"] = {"other": pair.pk}


def _confidential(cast):
    """Requests to open values, a sample for evaluators with a photo that may be shown, and the papers of keeping and handing over."""
    DisclosureRequest.objects.create(
        household=cast.household, person=cast.person, field="phone", purpose="入户前核对", reason="核对登记的号码", decider=cast.provider,
        asked_by=cast.quality_control, asked_at=at(),
    )  # fmt: skip
    for kind in ("photo", "evaluation"):
        Consent.objects.create(
            household=cast.household, person=cast.person, kind=kind, giver="self", giver_name="白露华", given_on=DAY, file=cast.photo,
            recorded_by=cast.social_worker, recorded_at=at(),
        )  # fmt: skip
    grant = SampleGrant.objects.create(
        contract=cast.contract, organisation=cast.evaluator.organisation, purpose="末期评估", from_day=DAY, to_day=date(2099, 12, 31),
        seed="a1", drawn_from=1, made_by=cast.contract_manager, made_at=at(),
    )  # fmt: skip
    SampledCase.objects.create(grant=grant, case=cast.case, number=1)
    transfer = FileTransfer.objects.create(
        contract=cast.contract, receiver=cast.contract_manager.organisation, households=1, cases=1, papers=1, handed_by=cast.agency_manager, handed_at=at()
    )  # fmt: skip
    FileTransferLine.objects.create(transfer=transfer, household=cast.household, cases=1, papers=1)
    FileTransferMove.objects.create(transfer=transfer, verb="hand", to_state="handed", by=cast.agency_manager, at=at())
    RightsRequest.objects.create(
        household=cast.household, kind="access", asker="self", words="查阅本户档案", asked_on=DAY, due_on=DAY, recorded_by=cast.social_worker, recorded_at=at()
    )  # fmt: skip
    RetentionClass.objects.create(code="case_file", years=10, basis="档案管理规定")
    LegalHold.objects.create(household=cast.household, reason="审计未结", set_by=cast.contract_manager, set_at=at())
    erasure = Erasure.objects.create(
        household=cast.household, due_on=DAY, reason="保存期满", proposed_by=cast.contract_manager, proposed_at=at()
    )
    ErasureMove.objects.create(erasure=erasure, verb="propose", to_state="proposed", by=cast.contract_manager, at=at())
    cast.values["caseload:sample_photo"] = {"paper": CasePaper.objects.filter(case=cast.case, kind="photo").first().pk}


def _workbook():
    from openpyxl import Workbook

    book, data = Workbook(), io.BytesIO()
    book.active.append(["户主姓名", "身份证号", "社区"])
    book.active.append(["白露华", "11010119900307003X", "柳林一社区"])
    book.save(data)
    return SimpleUploadedFile("台账.xlsx", data.getvalue())


def _signed_in(cast, draft):
    Attendance.objects.create(record=draft, name="白露华", phone="13800001234", way="hand", came_at=at())
    SignInCode.objects.create(
        record=draft, secret="s", secret_index="s", opened_by=cast.social_worker, opened_at=at(), closes_at=at()
    )


def _services(cast):
    place = {"area": cast.communities["柳林一社区"], "street": cast.streets["柳林街道"]}
    ActivityKind.objects.create(code="revisit", label="回访", subject="household")
    record = {
        "contract": cast.contract,
        "kind": "revisit",
        "household": cast.household,
        "day": DAY,
        "started_at": at(),
        "created_by": cast.social_worker,
        "created_at": at(),
        **place,
    }
    cast.record = ServiceRecord.objects.create(state="submitted", submitted_at=at(), narrative="近况平稳", **record)
    draft = ServiceRecord.objects.create(**record)
    _signed_in(cast, draft)
    first, second = sorted((cast.record, draft), key=lambda row: row.pk)
    ClearedDuplicate.objects.create(
        sign="photo", first=first, second=second, reason="同一户两次上门", by=cast.quality_control, at=at()
    )
    evidence = [
        RecordEvidence.objects.create(record=row, file=cast.photo, kind="photo", added_at=at())
        for row in (cast.record, draft)
    ]
    cast.values |= {
        "services:evidence": {"evidence": evidence[0].pk},
        "services:evidence_small": {"evidence": evidence[0].pk},
        "services:remove_evidence": {"evidence": evidence[1].pk},
    }
    Deliverable.objects.create(
        contract=cast.contract,
        kind="exemplar_case",
        title="典型案例一",
        delivered_on=DAY,
        file=cast.photo,
        delivered_by=cast.agency_manager,
        created_at=at(),
        **place,
    )
    Answer.objects.create(contract=cast.contract, person=cast.person, day=DAY, satisfied=True, created_at=at(), **place)
    definition = {"of": "record.revisit", "target": {"ge": 10}}
    Indicator.objects.create(
        contract=cast.contract,
        code="I1",
        title="回访户次",
        definition=definition,
        sentence="合同期内，回访不少于10次。",
        unit="次",
    )


def _judged(cast):
    """What quality control judges of a case and a group as a whole."""
    for code, source in (("I8", "case.casework"), ("I9", "group")):
        asked = {"of": source, "gate": {"standard_record": True}, "target": {"ge": 1}}
        Indicator.objects.create(contract=cast.contract, code=code, title=code, definition=asked, sentence=code, sort=9)


def _events(cast):
    place = {"area": cast.communities["柳林一社区"], "street": cast.streets["柳林街道"]}
    subject = {"contract": cast.contract, "person": cast.person, "day": DAY, "created_at": at(), **place}
    cast.incident = Incident.objects.create(
        kind="complaint", title="来电反映走访不及时", happened_at=at(), narrative="来电内容", reported_by=cast.social_worker, **subject
    )  # fmt: skip
    paper = {"file": cast.photo, "kind": "photo", "added_by": cast.social_worker, "added_at": at()}
    attached = IncidentPaper.objects.create(incident=cast.incident, **paper)
    cast.clock = Clock.objects.create(
        kind="first_assessment", started_at=at(), household=cast.household, recorded_by=cast.social_worker, **subject
    )
    kept = ClockPaper.objects.create(clock=cast.clock, **paper)
    words = {
        "register": ("volunteer", "志愿者"),
        "incident": ("complaint", "投诉"),
        "clock": ("first_assessment", "首次评估"),
    }
    for family, (code, label) in words.items():
        Label.objects.create(family=family, code=code, label=label)
    cast.values["services:incident_paper"] = {"paper": attached.pk}
    cast.values["services:clock_paper"] = {"paper": kept.pk}
    cast.values["services:register"] = cast.values["services:new_register_entry"] = {"code": "volunteer"}


def _follow_ups(cast):
    """A planned visit with its history, a reminder, and how it is told."""
    worker = cast.social_worker
    row = FollowUp.objects.create(
        contract=cast.contract, household=cast.household, indicator="I1", kinds=["revisit"], first=date(2024, 4, 1), last=date(2024, 6, 30),
        period="2024年第二季度", area=cast.communities["柳林一社区"], street=cast.streets["柳林街道"], worker=worker, due_on=DAY, created_at=at(),
    )  # fmt: skip
    FollowUpMove.objects.create(
        follow_up=row,
        verb="put_off",
        by=worker,
        at=at(),
        from_worker=worker,
        to_worker=worker,
        from_day=DAY,
        to_day=DAY,
    )
    Notice.objects.create(member=worker, day=DAY, late=1, created_at=at())
    NoticePreference.objects.create(member=worker, address="jiang@example.cn", wants_mail=True)


def _reports(cast):
    MonthlyReport.objects.create(contract=cast.contract, month=date(2024, 5, 1), created_at=at())
    handed = MonthlyReport(
        contract=cast.contract, month=date(2024, 4, 1), state="submitted", round=1, submitted_at=at(), created_at=at()
    )
    photo = {"file": cast.photo.pk, "sha256": cast.photo.sha256, "caption": "合影"}
    told = {"texts": {"problems": "无", "highlight": "", "next_month": "无"}, "round": 1, "photos": [photo]}
    handed.snapshot = freeze("services.monthly_report", collect(handed) | told, by=cast.agency_manager, at=at())
    handed.pdf = handed.workbook = cast.photo
    handed.save()
    cast.values["services:report_photo"] = {"file": cast.photo.pk}
    cast.values["services:report_file"] = {"kind": "pdf"}


def _contract(cast):
    StaffPost.objects.create(contract=cast.contract, name="许星河", post="project_lead", side="provider", from_day=DAY)
    granted = actions.add_organisation(name="指导中心", short_name="指导中心", kind="provider", by=None, at=at())
    ReadGrant.objects.create(contract=cast.contract, organisation=granted, reason="附件", from_day=DAY)
    OpenReading.objects.create(
        contract=cast.contract,
        code="A-01",
        title="完成时限",
        problem="前后不一",
        treatment="以正文为准",
        choices={"a": "正文", "b": "附件"},
    )


def _agreed(cast):
    """A reading with a version and what one side says of it, and an amendment that waits for the other side."""
    row = Indicator.objects.get(contract=cast.contract, code="I1")
    kept = {"title": row.title, "definition": row.definition, "sentence": row.sentence, "told": row.sentence}
    version = IndicatorVersion.objects.create(indicator=row, number=1, force="hard", made_at=at(), **kept)
    Confirmation.objects.create(
        version=version, side="purchaser", verdict="confirmed", by=cast.contract_manager, at=at()
    )
    definition = {"id": "I1", "zh": "回访户次", "of": "record.revisit", "target": {"ge": 8}, "unit": "次"}
    amendment = Amendment.objects.create(
        contract=cast.contract,
        no=1,
        number="补充协议一",
        title="回访户次调整",
        reason="服务期缩短",
        effective_on=DAY,
        changes=[{"code": "I1", "how": "reading", "base_version": 1, "definition": definition}],
        side="provider",
        proposed_by=cast.agency_manager,
        proposed_at=at(),
    )
    AmendmentMove.objects.create(
        amendment=amendment, verb="propose", to_state="proposed", by=cast.agency_manager, at=at()
    )
    cast.values["setup:section"] = {"part": "contract"}


def _acceptance(cast):
    acceptance = Acceptance.objects.create(
        contract=cast.contract, state="scheduled", held_on=DAY, requested_by=cast.agency_manager, requested_at=at()
    )
    AcceptanceExpert.objects.create(acceptance=acceptance, membership=cast.expert, is_lead=True)
    AcceptancePaper.objects.create(
        acceptance=acceptance, file=cast.photo, title="评审意见", added_by=cast.contract_manager, added_at=at()
    )
    Score.objects.create(
        contract=cast.contract,
        kind="mid_term",
        score=Decimal("92.5"),
        concluded_on=DAY,
        recorded_by=cast.contract_manager,
        recorded_at=at(),
    )


def _money(cast):
    term = PaymentTerm.objects.create(
        contract=cast.contract,
        no=1,
        title="首付款",
        share=Decimal("1"),
        amount=cast.contract.amount,
        triggers=["contract_signed"],
        due_from="contract_signed",
        due_within=10,
    )
    milestone = Milestone.objects.create(
        contract=cast.contract, term=term, no=1, title="首付款", amount=cast.contract.amount
    )
    frozen = freeze("eligibility", {"milestone": str(milestone.pk)}, by=cast.agency_manager, at=at())
    cast.values["payments:frozen_paper"] = {"digest": frozen.digest}
    PaymentRequest.objects.create(
        milestone=milestone,
        amount=milestone.amount,
        snapshot=frozen,
        submitted_by=cast.agency_manager,
        submitted_at=at(),
        handed_on=DAY,
    )
    Invoice.objects.create(
        milestone=milestone, number="24110000000000000001", amount=milestone.amount, issued_on=DAY, seller="同心社工服务中心", buyer=cast.tenant.name,
        file=cast.photo, registered_by=cast.agency_manager, registered_at=at(),
    )  # fmt: skip
