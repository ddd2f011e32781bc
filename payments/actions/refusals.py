"""What the database refuses, in words that people can act on."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction

from tenancy.problems import Conflict, Refused

DECIDED = "这一步刚有人办过。刷新后再看一次"
WORDS = {
    "approval_step": Conflict(DECIDED),
    "approval_order": Conflict(DECIDED),
    "approval_person": Refused("经办、审核、批准、付款须为不同的人"),
    "approval_not_submitter": Refused("提交申请的人不能审批同一笔付款"),
    "approval_own_account": Refused("只能以自己的名义审批"),
    "paymentrequest_one_open": Conflict("这一期已有申请在办"),
    "paymentrequest_round": Conflict("这一期已有申请在办"),
    "paymentrequest_ended": Conflict("这笔申请已办结"),
    "payment_within_contract": Refused("付款累计不得超过合同价款"),
    "payment_four_people": Refused("核验、审核、批准、付款须齐全，并由四个不同的人办理"),
    "payment_as_approved": Refused("付款金额须与批准的金额一致"),
    "payment_voucher": Refused("这个凭证号已登记"),
    "payment_token": Conflict(DECIDED),
    "invoice_number": Refused("这张发票已登记"),
    "invoice_one": Refused("这一期已登记发票。先作废原来的一张"),
}
# Unique keys that Django names with a suffix of its own.
ONE_TO_ONE = ("payments_payment_milestone_id", "payments_payment_request_id")


@contextmanager
def told():
    """A savepoint whose refusal by a constraint becomes its words; any other error passes."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name.startswith(ONE_TO_ONE):
            raise Conflict(DECIDED) from error
        if name in WORDS:
            known = WORDS[name]
            raise type(known)(known.message) from error
        raise
