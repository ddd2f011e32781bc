from django.urls import path

from services.views import kinds

urlpatterns = [
    path("kinds/", kinds.kinds, name="kinds"),
    path("kinds/new/", kinds.new_kind, name="new_kind"),
    path("kinds/<uuid:pk>/", kinds.kind, name="kind"),
    path("kinds/<uuid:pk>/move/", kinds.move_kind, name="move_kind"),
    path("words/", kinds.tenant_words, name="words"),
    path("words/<uuid:pk>/rename/", kinds.rename_word, name="rename_word"),
]
