"""Any acts on a case by anybody in any order: no state that the guide forbids, no text lost, no act without its history.

The table of what is legal is written out here once more, so that a mistake in the rules does not excuse itself.
"""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from caseload import queries
from caseload.actions import cases, papers, referrals, reopening, reviews
from caseload.actions.sessions import note_session_papers
from caseload.models import Case, CaseFollowUp, CaseMove, CasePaper, CaseReferral, CaseReview
from caseload.rules import forms
from tenancy.clock import SHANGHAI
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload.conftest import make_case, make_household
from tests.caseload.filled import required
from tests.plugin import MACHINE

# act: (state before, state after) of the case, and who alone may do it.
OPEN, ANY = {"open"}, {"draft", "intake_submitted", "open", "closure_submitted"}
LEGAL = {
    "start": ({""}, "draft", "worker"),
    "note_first_contact": ({"draft"}, "", "worker"),
    "raise_crisis": (ANY, "", "worker"),
    "note_crisis_contact": (ANY, "", "worker"),
    "submit_intake": ({"draft"}, "intake_submitted", "worker"),
    "recall_intake": ({"intake_submitted"}, "draft", "worker"),
    "approve_intake": ({"intake_submitted"}, "open", "officer"),
    "return_intake": ({"intake_submitted"}, "draft", "officer"),
    "refuse_intake": ({"intake_submitted"}, "refused", "officer"),
    "withdraw": ({"draft"}, "withdrawn", "worker"),
    "complete_assessment": (OPEN, "", "worker"),
    "sign_plan": (OPEN, "", "worker"),
    "revise_plan": (OPEN, "", "worker"),
    "set_goals": (OPEN, "", "worker"),
    "review": (OPEN, "", "supervisor"),
    "complete_evaluation": (OPEN, "", "worker"),
    "submit_closure": (OPEN, "closure_submitted", "worker"),
    "recall_closure": ({"closure_submitted"}, "open", "worker"),
    "approve_closure": ({"closure_submitted"}, "closed", "officer"),
    "return_closure": ({"closure_submitted"}, "open", "officer"),
    "refuse_closure": ({"closure_submitted"}, "open", "officer"),
    "add_paper": (ANY, "", "worker"),
    "file_process": (OPEN, "", "worker"),
    "file_satisfaction": (OPEN, "", "worker"),
    "submit_referral": (OPEN | {"draft", "refused", "withdrawn"}, "", "worker"),
    "withdraw_referral": (OPEN, "", "worker"),
    "approve_referral": (OPEN, "", "officer"),
    "return_referral": (OPEN, "", "officer"),
    "refuse_referral": (OPEN, "", "officer"),
    "note_referral_answer": (ANY | {"closed", "refused", "withdrawn"}, "", "worker"),
    "follow_up": ({"closed"}, "", "worker"),
    "reopen": ({"closed"}, "", "worker"),
}
WORKERS = {"social_worker", "agency_manager"}
# "fit": whoever alone may do the act; more often than not, so that games come far.
MEMBERS = ["fit", "fit", "fit", "worker", "manager", "officer", "supervisor", "quality", "rival"]
WHOLE = st.sampled_from([True, True, True, False])
NINE = ("intake", "assessment", "plan", "agreement", "process", "evaluation", "closure", "satisfaction", "photo")
# The way that a case goes when nothing comes between.
ROAD = ["note_first_contact", "submit_intake", "approve_intake", "complete_assessment", "sign_plan", "work", "complete_evaluation", "submit_closure", "approve_closure"]  # fmt: skip
FORMS = {
    "submit_intake": ("intake",), "complete_assessment": ("assessment",), "sign_plan": ("plan", "agreement"),
    "complete_evaluation": ("evaluation",), "submit_closure": ("closure",),
}  # fmt: skip
ANYTIME = {"file_process": "process", "revise_plan": "plan", "submit_referral": "referral", "follow_up": "follow_up", "file_satisfaction": "satisfaction"}  # fmt: skip
SAYS = {"plan": {"revision": "改期"}, "referral": {"consent": "同意"}, "follow_up": {"special": "没有"}}
DECIDES = [f"{verb}_{what}" for verb in ("approve", "return", "refuse") for what in ("intake", "closure")]


def answered(kind, *, whole):
    answers = required(kind, **SAYS.get(kind, {}))
    if not whole:
        del answers[next(field.name for field in forms.FORMS[kind].fields if field.required)]
    return answers


class CaseMachine(RuleBasedStateMachine):
    """`cast` and `first` (the case on which it begins) are given by the test."""

    cast, first = None, None

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.cases, self.day = [self.first.pk], date(2024, 5, 7)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(road=st.integers(0, len(ROAD)))
    def begin_somewhere(self, road):
        """Start anywhere on the road, so that short games reach the end of it too."""
        for _ in range(road):
            self.advance()

    # --- who, when, on what
    def member(self, name):
        cast = self.cast
        return {
            "worker": cast.social_worker, "manager": cast.agency_manager, "officer": cast.subdistrict_officer, "supervisor": cast.supervisor,
            "quality": cast.quality_control, "rival": cast.rivals["social_worker"],
        }[name]  # fmt: skip

    def at(self):
        return datetime.combine(self.day, time(10), tzinfo=SHANGHAI)

    def case(self, which=-1):
        return queries.get_case(self.cast.agency_manager, self.cases[which % len(self.cases)], on=self.day)

    # --- what is there
    def kept(self):
        """Everything that a refused act may not touch."""
        rows = lambda model: list(model.objects.order_by("pk").values_list())  # noqa: E731
        return [rows(model) for model in (Case, CaseMove, CasePaper, CaseReferral, CaseReview, CaseFollowUp)] + [
            AuditEvent.objects.count()
        ]

    def filed(self):
        return {paper.pk: (paper.version, paper.data.reveal()) for paper in CasePaper.objects.filter(is_draft=False)}

    def play(self, verb, act, *, moves=1, events=1):
        """Do an act: refused it leaves everything as it was, done it leaves its move, its event and all that was filed."""
        before, texts, states = self.kept(), self.filed(), dict(Case.objects.values_list("pk", "state"))
        marks = CaseMove.objects.count(), AuditEvent.objects.count()
        try:
            with transaction.atomic():
                act()
        except Refused:
            assert self.kept() == before, f"{verb} was refused and changed something"
            return False
        assert texts.items() <= self.filed().items(), f"{verb} lost a text"
        made = list(CaseMove.objects.order_by("-pk")[: CaseMove.objects.count() - marks[0]])
        assert (len(made), AuditEvent.objects.count() - marks[1]) == (moves, events), verb
        for move in made:
            self.is_legal(move, states.get(move.case_id, ""))
        return True

    def is_legal(self, move, before):
        froms, to, who = LEGAL[move.verb]
        case = Case.objects.get(pk=move.case_id)
        assert (move.from_state, move.to_state) == (before, case.state)
        assert before in froms, move.verb
        assert case.state == (to or before), move.verb
        allowed = {"worker": WORKERS, "officer": {"subdistrict_officer"}, "supervisor": {"supervisor"}}[who]
        assert move.by.role in allowed, move.verb
        assert move.by.organisation_id in (self.cast.provider.pk, self.cast.subdistrict_officer.organisation_id)

    # --- acts
    @rule()
    def advance(self):
        """The next step of the road, by whoever takes it, with whole forms."""
        case = self.case()
        steps = {
            "draft": "note_first_contact" if case.first_contact_on is None else "submit_intake", "intake_submitted": "approve_intake",
            "closure_submitted": "approve_closure",
        }  # fmt: skip
        self.day += timedelta(days=1)
        if case.state == "open":
            done = "complete_assessment" if not case.assessed_on else "sign_plan" if not case.planned_on else ""
            done = done or (
                "submit_closure" if case.evaluated_on else "complete_evaluation" if "photo" in case.papers else "work"
            )
            return self.work() if done == "work" else self.act(done, "worker", -1, True)
        if case.state in steps:
            step = steps[case.state]
            self.act(step, "officer" if step.startswith("approve") else "worker", -1, True)
        return None

    def work(self):
        """Sessions, and the papers that come as the work goes."""
        case = self.case()
        note_session_papers(case, [], sessions=2, direct=1, by=self.cast.quality_control, at=self.at())
        for verb in ("file_process", "file_satisfaction", "add_paper"):
            self.act(verb, "worker", -1, True)

    @rule(days=st.sampled_from([0, 1, 3, 20, 190]))
    def wait(self, days):
        self.day = min(self.day + timedelta(days=days), date(2026, 6, 1))

    @rule(verb=st.sampled_from(sorted(FORMS)), who=st.sampled_from(MEMBERS), which=st.integers(0, 3), whole=WHOLE)
    def file(self, verb, who, which, whole):
        self.act(verb, who, which, whole)

    @rule(verb=st.sampled_from(DECIDES), who=st.sampled_from(MEMBERS), which=st.integers(0, 3))
    def decide(self, verb, who, which):
        self.act(verb, who, which, True)

    @rule(
        verb=st.sampled_from([*sorted(set(LEGAL) - set(FORMS) - set(DECIDES) - {"start"}), "keep_draft"]),
        who=st.sampled_from(MEMBERS), which=st.integers(0, 3), whole=WHOLE,
    )  # fmt: skip
    def act(self, verb, who, which, whole):
        who = LEGAL[verb][2] if who == "fit" and verb in LEGAL else "worker" if who == "fit" else who
        case, known = self.case(which), {"by": self.member(who), "at": self.at()}
        act = getattr(self, f"_{verb}", None)
        if verb in FORMS:
            answers = {kind: answered(kind, whole=whole) for kind in FORMS[verb]}
            act = lambda: papers.file_stage(case, verb, answers=answers, on=self.day, **known)  # noqa: E731
        elif verb in ANYTIME:
            kind = ANYTIME[verb]
            act = lambda: papers.file_form(case, kind, answers=answered(kind, whole=whole), on=self.day, **known)  # noqa: E731
        elif act is None:
            act = self._plain(case, verb, whole, known)
        else:
            act = act(case, whole, known)
        moves, events = {"keep_draft": (0, 2), "reopen": (2, 3)}.get(verb, (1, 1))
        if self.play(verb, act, moves=moves, events=events):
            assert whole or verb not in {*FORMS, *ANYTIME}, f"half a form was filed by {verb}"
            self.cases += [pk for pk in Case.objects.values_list("pk", flat=True) if pk not in self.cases]

    def _plain(self, case, verb, whole, known):
        """Acts that take a reason, a day or nothing."""
        reason = {"reason": "因" if whole else " "}
        more = {
            "note_first_contact": {"on": self.day}, "raise_crisis": {"on": self.day, **reason}, "note_crisis_contact": {"on": self.day},
            "set_goals": {"goals": []}, "recall_intake": {}, "recall_closure": {}, "withdraw_referral": {},
        }.get(verb, reason)  # fmt: skip
        room = referrals if verb.endswith("_referral") else cases
        name = {"withdraw": "withdraw_case"}.get(verb, verb)
        return lambda: getattr(room, name)(case, **more, **known)

    def _add_paper(self, case, whole, known):
        kind = "photo" if whole else "intake"
        return lambda: cases.add_case_paper(case, kind=kind, filled_on=self.day, data={"text": "在档"}, **known)

    def _keep_draft(self, case, whole, known):
        answers = {"plan": {"aim": "初稿"}, "agreement": {}}
        return lambda: papers.keep_draft(case, answers=answers, on=self.day, **known)

    def _review(self, case, whole, known):
        following = {"next_on": self.day + timedelta(days=60)} if whole else {}
        return lambda: reviews.review_case(case, decision="continue", opinion="继续", on=self.day, **following, **known)

    def _note_referral_answer(self, case, whole, known):
        def act():
            referral = CaseReferral.objects.filter(case=case).select_related("case__contract").last()
            if referral is None:
                raise Refused("没有转介")
            referrals.note_referral_answer(referral, received=whole, outcome="已接收", on=self.day, **known)

        return act

    def _reopen(self, case, whole, known):
        worker = self.cast.social_worker
        return lambda: reopening.reopen_case(
            case, reason="因" if whole else "", worker=worker, identified_on=self.day, **known
        )

    # --- what must always hold
    @invariant()
    def approved_by_the_street(self):
        for case in Case.objects.all():
            verbs = set(
                CaseMove.objects.filter(case=case, by__role="subdistrict_officer").values_list("verb", flat=True)
            )
            if case.state in ("open", "closure_submitted", "closed"):
                assert "approve_intake" in verbs
            if case.state == "closed":
                assert "approve_closure" in verbs

    @invariant()
    def whole_forms_only(self):
        for paper in CasePaper.objects.filter(is_draft=False).exclude(kind="photo"):
            assert forms.gaps(paper.kind, queries.answers_of(paper)) == [], paper.kind

    @invariant()
    def closed_with_everything(self):
        for case in Case.objects.filter(state__in=["closed", "closure_submitted"]):
            assert set(NINE) <= set(case.papers)
            assert (case.sessions >= 2, case.direct_sessions >= 1) == (True, True)
            assert None not in (case.assessed_on, case.planned_on, case.evaluated_on)
            assert not CaseReferral.objects.filter(case=case, state="submitted").exists()
            reviewed = CaseReview.objects.filter(case=case).last()
            handed = CaseMove.objects.filter(case=case, verb="submit_closure").last()
            begun = reviewed.reviewed_on if reviewed else case.begun_on
            assert case.evaluated_on - begun < timedelta(days=185) or handed.at.date() - begun < timedelta(days=185)

    @invariant()
    def one_going_case_a_person(self):
        assert Case.objects.exclude(state__in=["closed", "refused", "withdrawn"]).count() <= 1

    @invariant()
    def referred_only_with_a_decision(self):
        for referral in CaseReferral.objects.filter(needs_approval=True, state__in=["sent", "received", "declined"]):
            assert referral.decided_by.role == "subdistrict_officer"


@pytest.mark.machine
def test_any_acts_by_anybody_in_any_order_keep_a_case_lawful(ledger):
    ledger.contract.parameters = {"case_sessions": 2, "case_direct_sessions": 1}
    ledger.contract.save()
    CaseMachine.cast, CaseMachine.first = ledger, make_case(ledger, make_household(ledger))
    run_state_machine_as_test(CaseMachine, settings=MACHINE)
