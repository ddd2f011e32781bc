"""Addresses of money."""

from django.urls import path

from payments.views import acts, milestones, papers

app_name = "payments"
urlpatterns = [
    path("", milestones.milestones, name="milestones"),
    path("inbox/", milestones.inbox, name="inbox"),
    path("milestones/<uuid:pk>/", milestones.milestone, name="milestone"),
    path("milestones/<uuid:pk>/check/", acts.store_check, name="store_check"),
    path("milestones/<uuid:pk>/check.pdf", papers.check_paper, name="check_paper"),
    path("milestones/<uuid:pk>/checks/<str:digest>.pdf", papers.frozen_paper, name="frozen_paper"),
    path("milestones/<uuid:pk>/request/", acts.submit_request, name="submit_request"),
    path("milestones/<uuid:pk>/invoice/", acts.register_invoice, name="register_invoice"),
    path("requests/<uuid:pk>/check/", acts.check_request, name="check_request"),
    path("requests/<uuid:pk>/review/", acts.review_request, name="review_request"),
    path("requests/<uuid:pk>/approve/", acts.approve_request, name="approve_request"),
    path("requests/<uuid:pk>/pay/", acts.pay, name="pay"),
    path("requests/<uuid:pk>/return/check/", acts.return_from_check, name="return_from_check"),
    path("requests/<uuid:pk>/return/review/", acts.return_from_review, name="return_from_review"),
    path("requests/<uuid:pk>/return/approve/", acts.return_from_approve, name="return_from_approve"),
    path("requests/<uuid:pk>/return/pay/", acts.return_from_pay, name="return_from_pay"),
    path("requests/<uuid:pk>/withdraw/", acts.withdraw_request, name="withdraw_request"),
    path("invoices/<uuid:pk>/void/", acts.void_invoice, name="void_invoice"),
    path("invoices/<uuid:pk>/file/", papers.invoice_file, name="invoice_file"),
    path("contracts/<uuid:pk>/ledger/", milestones.ledger, name="ledger"),
    path("contracts/<uuid:pk>/chain/", milestones.contract_chain, name="contract_chain"),
    path("contracts/<uuid:pk>/punctuality/", milestones.punctuality, name="punctuality"),
    path("contracts/<uuid:pk>/paid/", milestones.contract_paid, name="contract_paid"),
]
