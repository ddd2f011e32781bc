"""Addresses of rounds of evaluation, and of the contract page of everything that is checked and evaluated."""

from django.urls import path

from evaluations.views import contract as contract_pages
from evaluations.views import round_acts as acts
from evaluations.views import rounds as pages

urlpatterns = [
    path("contracts/<uuid:pk>/", contract_pages.contract, name="contract"),
    path("contracts/<uuid:pk>/rounds/new/", acts.prepare_round, name="prepare_round"),
    path("rounds/<uuid:pk>/", pages.round, name="round"),
    path("rounds/<uuid:pk>/facts/", pages.round_facts, name="round_facts"),
    path("rounds/<uuid:pk>/assign/<slug:party>/", acts.assign_scorers, name="assign_scorers"),
    path("rounds/<uuid:pk>/open/", acts.open_round, name="open_round"),
    path("rounds/<uuid:pk>/go-on/", acts.go_on, name="go_on"),
    path("rounds/<uuid:pk>/prolong/", acts.prolong_round, name="prolong_round"),
    path("rounds/<uuid:pk>/cancel/", acts.cancel_round, name="cancel_round"),
    path("rounds/<uuid:pk>/state/", acts.state_round, name="state_round"),
    path("rounds/<uuid:pk>/conclude/", acts.conclude_round, name="conclude_round"),
    path("rounds/scorers/<uuid:pk>/release/", acts.release_scorer, name="release_scorer"),
]
