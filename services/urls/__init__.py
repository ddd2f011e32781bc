from services.urls import indicators, kinds, records, reports, rooms

app_name = "services"
urlpatterns = [
    *records.urlpatterns,
    *indicators.urlpatterns,
    *reports.urlpatterns,
    *kinds.urlpatterns,
    *rooms.urlpatterns,
]
