"""Addresses of score sheets."""

from django.urls import path

from evaluations.views import sheet_acts as acts
from evaluations.views import sheets as pages

urlpatterns = [
    path("sheets/", pages.sheets, name="sheets"),
    path("sheets/<uuid:pk>/", pages.sheet, name="sheet"),
    path("sheets/<uuid:pk>/differences/", pages.differences, name="differences"),
    path("sheets/<uuid:pk>/declare/", acts.declare, name="declare"),
    path("sheets/<uuid:pk>/recuse/", acts.recuse, name="recuse"),
    path("sheets/<uuid:pk>/items/", acts.save_item, name="save_item"),
    path("sheets/<uuid:pk>/photos/", acts.add_photo, name="add_score_photo"),
    path("sheets/<uuid:pk>/agreements/", acts.propose, name="propose"),
    path("sheets/<uuid:pk>/agree/", acts.agree, name="agree"),
    path("sheets/<uuid:pk>/withdraw/", acts.withdraw, name="withdraw_agreement"),
    path("sheets/<uuid:pk>/sign/", acts.sign, name="sign_sheet"),
    path("score-photos/<uuid:pk>/", pages.photo, name="score_photo"),
    path("score-photos/<uuid:pk>/small/", pages.photo_small, name="score_photo_small"),
    path("score-photos/<uuid:pk>/remove/", acts.remove_photo, name="remove_score_photo"),
]
