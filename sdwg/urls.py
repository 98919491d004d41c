"""The table of contents: every path belongs to one app."""

from django.urls import include, path

urlpatterns = [
    path("", include("sdwg.overview.urls")),
    path("", include("sdwg.health")),
    path("members/", include("sdwg.members.urls")),
    path("artefacts/", include("artefacts.urls")),
    path("consultations/", include("artefacts.urls_consultations")),
    path("public/consultations/", include("artefacts.urls_public")),
    path("", include("artefacts.urls_registers")),
    path("meetings/", include("meetings.urls")),
    path("public/meetings/", include("meetings.urls_public")),
    path("decisions/", include("meetings.urls_decisions")),
    path("actions/", include("meetings.urls_actions")),
    path("dag/", include("escalations.urls")),
    path("account/", include("sdwg.members.urls_account")),
]
