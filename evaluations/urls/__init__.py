from evaluations.urls import acceptance

app_name = "evaluations"
urlpatterns = [*acceptance.urlpatterns]
