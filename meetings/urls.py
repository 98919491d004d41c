from django.urls import path, register_converter

from meetings import views


class MeetingKey:
    """ "14" or "14.1", as a meeting is called in paths."""

    regex = r"[1-9]\d{0,5}(\.[1-9]\d{0,3})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MeetingKey, "meeting")

urlpatterns = [
    path("", views.meeting_list, name="meeting-list"),
    path("calendar/", views.calendar_page, name="calendar"),
    path("calendar/end/", views.calendar_end, name="calendar-end"),
    path("schedule/", views.schedule, name="meeting-schedule"),
    path("contribution/", views.contribution, name="contribution"),
    path("contribution/file/", views.contribution_file, name="contribution-file"),
    path("papers/<int:pk>/", views.paper_file, name="paper-file"),
    path("series/plan/", views.plan_series, name="series-plan"),
    path("series/<int:pk>/", views.series_page, name="series"),
    path("series/<int:pk>/change/", views.series_change, name="series-change"),
    path("series/<int:pk>/dates/", views.series_dates, name="series-dates"),
    path("series/<int:pk>/discard/", views.series_discard, name="series-discard"),
    path("series/<int:pk>/invite/", views.series_invite, name="series-invite"),
    path("series/<int:pk>/prolong/", views.series_prolong, name="series-prolong"),
    path("series/<int:pk>/undo/", views.series_undo, name="series-undo"),
    path("<meeting:key>/", views.meeting_page, name="meeting"),
    path("<meeting:key>/change/", views.change, name="meeting-change"),
    path("<meeting:key>/invite/", views.invite, name="meeting-invite"),
    path("<meeting:key>/open/", views.open_meeting, name="meeting-open"),
    path("<meeting:key>/close/", views.close_meeting, name="meeting-close"),
    path("<meeting:key>/cancel/", views.cancel, name="meeting-cancel"),
    path("<meeting:key>/postpone/", views.postpone, name="meeting-postpone"),
    path("<meeting:key>/discard/", views.discard, name="meeting-discard"),
    path("<meeting:key>/take-back/", views.take_back, name="meeting-take-back"),
    path("<meeting:key>/undo/", views.undo, name="meeting-undo"),
    path("<meeting:key>/reinstate/", views.reinstate, name="meeting-reinstate"),
    path("<meeting:key>/attendance/", views.attendance, name="attendance"),
    path("<meeting:key>/restrict/", views.restrict_meeting, name="meeting-restrict"),
    path("<meeting:key>/guests/<int:pk>/refuse/", views.guest_refuse, name="guest-refuse"),
    path("<meeting:key>/agenda/", views.agenda, name="agenda"),
    path("<meeting:key>/agenda/add/", views.add_item, name="agenda-add"),
    path("<meeting:key>/agenda/suggested/<int:version>/", views.add_suggested, name="agenda-suggested"),
    path("<meeting:key>/agenda/<int:pk>/", views.change_item, name="agenda-item"),
    path("<meeting:key>/agenda/<int:pk>/move/", views.move_item, name="agenda-move"),
    path("<meeting:key>/agenda/<int:pk>/remove/", views.remove_item, name="agenda-remove"),
    path("<meeting:key>/agenda/<int:pk>/restrict/", views.restrict_item, name="agenda-restrict"),
    path("<meeting:key>/agenda/<int:pk>/papers/", views.add_paper, name="paper-add"),
    path("<meeting:key>/agenda/<int:pk>/files/", views.add_file, name="file-add"),
    path("<meeting:key>/agenda/<int:pk>/papers/<int:paper>/remove/", views.remove_paper, name="paper-remove"),
    path("<meeting:key>/pack/", views.pack_page, name="pack"),
    path("<meeting:key>/pack/order/", views.order_pack, name="pack-order"),
    path("<meeting:key>/pack/progress/", views.pack_progress, name="pack-progress"),
    path("<meeting:key>/pack/circulate/", views.circulate_pack, name="pack-circulate"),
    path("<meeting:key>/pack/file/", views.pack_file, name="pack-file"),
    path("<meeting:key>/actions/raise/", views.action_raise, name="action-raise"),
]
