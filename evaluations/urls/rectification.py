"""Addresses of orders to put something right."""

from django.urls import path

from evaluations.views import rectification as pages
from evaluations.views import rectification_acts as acts

urlpatterns = [
    path("contracts/<uuid:pk>/rectification/new/", acts.new_order, name="new_order"),
    path("rectification/<uuid:pk>/", pages.order, name="order"),
    path("rectification/<uuid:pk>/notice/", pages.order_notice, name="order_notice"),
    path("rectification/<uuid:pk>/reply/", acts.reply_order, name="reply_order"),
    path("rectification/<uuid:pk>/verify/", acts.verify_order, name="verify_order"),
    path("rectification/<uuid:pk>/remind/", acts.remind_order, name="remind_order"),
    path("rectification/<uuid:pk>/withdraw/", acts.withdraw_order, name="withdraw_order"),
    path("rectification/<uuid:pk>/papers/", acts.add_order_paper, name="add_order_paper"),
    path("rectification/papers/<uuid:pk>/file/", pages.order_paper, name="order_paper"),
]
