"""Findings of quality control on cases and groups that the contract's indicators ask for."""

from django.db import transaction

from caseload.actions.findings import note_findings
from services.actions.measuring import measure_again
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused


def may_judge(subject, member):
    """Whether the member judges the file of a case or a group: quality control of the agency, never on one's own work."""
    worker = subject.worker_id if subject._meta.model_name == "case" else subject.leader_id
    own_agency = subject.contract.provider_id == member.organisation_id
    return own_agency and allows(member, Permission.RECORD_VERIFY) and worker != member.pk


@transaction.atomic
def judge_file(subject, *, facts, by, at):
    """Keep what quality control finds of a Case or a Group; the contract is measured again. Raises Refused for anybody else."""
    if not may_judge(subject, by):
        raise Refused("只有本机构的质控可以核定，且不能核定自己负责的")
    subject = note_findings(subject, facts=facts, by=by, at=at)
    measure_again(subject.contract_id)
    return subject
