from services.urls import attendance, care, follow_ups, indicators, kinds, notices, records, reports, rooms, station

app_name = "services"
urlpatterns = [
    *records.urlpatterns,
    *notices.urlpatterns,
    *attendance.urlpatterns,
    *follow_ups.urlpatterns,
    *indicators.urlpatterns,
    *reports.urlpatterns,
    *kinds.urlpatterns,
    *rooms.urlpatterns,
    *station.urlpatterns,
    *care.urlpatterns,
]
