from services.urls import indicators, kinds, records, reports

app_name = "services"
urlpatterns = [*records.urlpatterns, *indicators.urlpatterns, *reports.urlpatterns, *kinds.urlpatterns]
