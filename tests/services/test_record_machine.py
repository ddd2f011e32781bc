"""Any order of acts on a record, by anybody: only the table's states, nothing lost, every act in the history and the trail.

Few sequences in the suite, three hundred long ones in `make test-machines`.
"""

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.actions import records
from services.models import RecordEvidence, RecordMove, ServiceRecord
from services.rules import records as rules
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at
from tests.plugin import MACHINE
from tests.services.scene import make_scene

EVERYBODY = ["social_worker", "agency_manager", "quality_control", "rival worker", "rival quality"]
# Mostly the right person: else nearly every act is refused, and little is reached.
WRITER, CHECKER = (st.sampled_from([right] * 6 + EVERYBODY) for right in ("social_worker", "quality_control"))
TEXTS = st.text("访谈近况睡眠好转", min_size=0, max_size=6)
NOW = at("2024-06-05 18:00")
# What each verb leaves in the history: a move, or only an event of the trail.
MOVING = {"submit", "withdraw", "verify", "return", "correct"}


class Records(RuleBasedStateMachine):
    """One record and what is expected of it."""

    cast = None

    def __init__(self):
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self._scope = scope.tenant(self.cast.tenant.pk)
        self._scope.__enter__()

    @initialize(begin=st.sampled_from(["start", "complete", "submitted", "verified", "returned"]))
    def a_record(self, begin):
        self.scene = make_scene(self.cast)
        self.record = getattr(self.scene, begin)()
        self.text = "谈近况"

    def teardown(self):
        self._scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self._whole.__exit__(None, None, None)

    # --- trying ---------------------------------------------------------------------------------------------------------
    def member(self, who):
        rivals = {"rival worker": "social_worker", "rival quality": "quality_control"}
        return self.cast.rivals[rivals[who]] if who in rivals else self.cast.members[who]

    def seen(self):
        row = ServiceRecord.objects.get(pk=self.record.pk)
        kept = {field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name != "narrative"}
        papers = sorted(RecordEvidence.objects.filter(record=row).values_list("pk", "kind"))
        return kept | {"narrative": row.narrative.reveal(), "evidence": papers, "moves": self.moves()}

    def moves(self):
        return list(RecordMove.objects.filter(record=self.record).order_by("at", "id").values_list("verb", flat=True))

    def attempt(self, verb, act, *, may):
        """Do an act: done when it may be, with its trace; else refused, with nothing changed."""
        before, events = self.seen(), AuditEvent.objects.count()
        try:
            with transaction.atomic():
                act(
                    ServiceRecord.objects.select_related("contract", "case", "household", "group").get(
                        pk=self.record.pk
                    )
                )
        except Refused:
            assert not may, f"{verb} was refused from {before['state']}"
            assert self.seen() == before
            assert AuditEvent.objects.count() == events
            return False
        assert may, f"{verb} went through from {before['state']}"
        assert AuditEvent.objects.count() > events
        assert self.moves() == before["moves"] + ([verb] if verb in MOVING else [])
        return True

    def state(self):
        return ServiceRecord.objects.values_list("state", flat=True).get(pk=self.record.pk)

    def has_photo(self):
        return RecordEvidence.objects.filter(record=self.record, kind="photo").exists()

    # --- acts -----------------------------------------------------------------------------------------------------------
    @rule(who=WRITER, text=TEXTS)
    def write(self, who, text):
        may = who == "social_worker" and self.state() == "draft"
        if self.attempt(
            "save", lambda row: records.save_draft(row, narrative=text, by=self.member(who), at=NOW), may=may
        ):
            self.text = text

    @rule(who=WRITER)
    def attach(self, who):
        may = who == "social_worker" and self.state() == "draft"
        self.attempt(
            "attach",
            lambda row: records.add_evidence(
                row, file=self.scene.photo(self.member(who)), kind="photo", by=self.member(who), at=NOW
            ),
            may=may,
        )

    @rule(who=WRITER)
    def detach(self, who):
        paper = RecordEvidence.objects.filter(record=self.record).first()
        if paper is not None:
            may = who == "social_worker" and self.state() == "draft"
            self.attempt("detach", lambda _row: records.remove_evidence(paper, by=self.member(who), at=NOW), may=may)

    @rule(who=WRITER)
    def submit(self, who):
        may = who == "social_worker" and self.state() == "draft" and self.has_photo()
        self.attempt("submit", lambda row: records.submit_record(row, by=self.member(who), at=NOW), may=may)

    @rule(who=WRITER)
    def withdraw(self, who):
        may = who == "social_worker" and self.state() == "submitted"
        self.attempt("withdraw", lambda row: records.withdraw_record(row, by=self.member(who), at=NOW), may=may)

    @rule(who=CHECKER)
    def verify(self, who):
        may = who == "quality_control" and self.state() == "submitted"
        self.attempt("verify", lambda row: records.verify_record(row, by=self.member(who), at=NOW), may=may)

    @rule(who=CHECKER, reason=st.sampled_from(["照片看不清", " "]))
    def send_back(self, who, reason):
        may = who == "quality_control" and self.state() in ("submitted", "verified") and reason.strip() != ""
        self.attempt(
            "return", lambda row: records.return_record(row, reason=reason, by=self.member(who), at=NOW), may=may
        )

    @rule(who=WRITER)
    def correct(self, who):
        may = who == "social_worker" and self.state() == "returned"
        self.attempt("correct", lambda row: records.correct_record(row, by=self.member(who), at=NOW), may=may)

    # --- always ---------------------------------------------------------------------------------------------------------
    @invariant()
    def nothing_is_lost_and_nothing_counts_unseen(self):
        row = ServiceRecord.objects.get(pk=self.record.pk)
        assert row.narrative.reveal() == self.text
        assert row.papers == sorted({kind for _, kind in self.seen()["evidence"]})
        assert (row.state == "verified") <= (row.decided_by_id == self.cast.quality_control.pk)
        assert (row.state in ("submitted", "verified")) <= self.has_photo()
        state = "draft"
        for verb in self.moves()[1:]:
            allowed, after = rules.MOVES[verb]
            assert state in allowed
            state = after
        assert row.state == state


@pytest.mark.machine
def test_no_order_of_acts_reaches_what_the_table_forbids(cast):
    run_state_machine_as_test(type("OfThisBureau", (Records,), {"cast": cast}), settings=MACHINE)
