from django.urls import path

from services.views import care, care_board, care_people, care_things

urlpatterns = [
    path("contracts/<uuid:pk>/care/", care_board.care, name="care"),
    path("contracts/<uuid:pk>/care/journal/", care.care_journal, name="care_journal"),
    path("care-shifts/<uuid:pk>/", care.care_shift, name="care_shift"),
    path("care-shifts/<uuid:pk>/verify/", care.verify_care_shift, name="verify_care_shift"),
    path("care-lines/<uuid:pk>/correct/", care.correct_care_line, name="correct_care_line"),
    path("care-lines/<uuid:pk>/return/", care.return_care_line, name="return_care_line"),
    path("care-lines/<uuid:pk>/missed/", care.report_care_missed, name="report_care_missed"),
    path("contracts/<uuid:pk>/care/round/", care_board.care_round, name="care_round"),
    path("contracts/<uuid:pk>/care/cleaning/", care_board.care_cleaning, name="care_cleaning"),
    path("contracts/<uuid:pk>/care/medicines/", care_things.medications, name="medications"),
    path("contracts/<uuid:pk>/care/medicines/new/", care_things.new_medication, name="new_medication"),
    path("medications/<uuid:pk>/stop/", care_things.stop_medication, name="stop_medication"),
    path("contracts/<uuid:pk>/care/items/", care_things.seized_items, name="seized_items"),
    path("contracts/<uuid:pk>/care/items/new/", care_things.new_seized_item, name="new_seized_item"),
    path("seized-items/<uuid:pk>/settle/", care_things.settle_seized_item, name="settle_seized_item"),
    path("seized-items/<uuid:pk>/signature/", care_things.seized_item_signature, name="seized_item_signature"),
    path("contracts/<uuid:pk>/care/people/", care_people.key_people, name="key_people"),
    path("contracts/<uuid:pk>/care/people/new/", care_people.new_key_person, name="new_key_person"),
    path("key-people/<uuid:pk>/call/", care_people.call_key_person, name="call_key_person"),
    path("key-people/<uuid:pk>/reveal/", care_people.reveal_key_person, name="reveal_key_person"),
]
