from django.urls import path, register_converter

from meetings import views


class LogEnding:
    """What the action log is taken as."""

    regex = "csv|xlsx|pdf"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LogEnding, "log")

urlpatterns = [
    path("", views.action_list, name="action-list"),
    path("log.<log:ending>", views.action_file, name="action-file"),
    path("bring/", views.action_bring, name="action-bring"),
    path("<str:ref>/", views.action_page, name="action"),
    path("<str:ref>/update/", views.action_update, name="action-update"),
    path("<str:ref>/propose/", views.action_propose, name="action-propose"),
    path("<str:ref>/change/", views.action_change, name="action-change"),
    path("<str:ref>/close/", views.action_close, name="action-close"),
    path("<str:ref>/send-back/", views.action_send_back, name="action-send-back"),
    path("<str:ref>/reopen/", views.action_reopen, name="action-reopen"),
    path("<str:ref>/withdraw/", views.action_withdraw, name="action-withdraw"),
    path("<str:ref>/evidence/<int:number>/", views.action_evidence, name="action-evidence"),
]
