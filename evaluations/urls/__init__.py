from evaluations.urls import (
    acceptance,
    breaches,
    consequences,
    inquiries,
    leads,
    ratings,
    rectification,
    rounds,
    samples,
    schemes,
    sheets,
    spot_checks,
    surveys,
)

app_name = "evaluations"
urlpatterns = [
    *acceptance.urlpatterns,
    *breaches.urlpatterns,
    *consequences.urlpatterns,
    *inquiries.urlpatterns,
    *leads.urlpatterns,
    *ratings.urlpatterns,
    *rectification.urlpatterns,
    *rounds.urlpatterns,
    *samples.urlpatterns,
    *schemes.urlpatterns,
    *sheets.urlpatterns,
    *spot_checks.urlpatterns,
    *surveys.urlpatterns,
]
