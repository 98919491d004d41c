from datetime import date

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from escalations import views


class DayConverter:
    """A date in a path: 2026-12-09."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


class ReferenceConverter(StringConverter):
    """A submission's reference in a path: SDWG-DAG-001."""

    regex = r"SDWG-DAG-\d{3,8}"


register_converter(DayConverter, "day")
register_converter(ReferenceConverter, "dag-ref")

urlpatterns = [
    path("before/record/<artefact:ref>/", views.prior_record, name="prior-approval-record"),
    path("before/<int:pk>/", views.prior, name="prior-approval"),
    path("before/<int:pk>/confirm/", views.prior_confirm, name="prior-approval-confirm"),
    path("before/<int:pk>/refuse/", views.prior_refuse, name="prior-approval-refuse"),
    path("before/<int:pk>/withdraw/", views.prior_withdraw, name="prior-approval-withdraw"),
    path("", views.dag, name="dag"),
    path("submit/", views.submit, name="submission-make"),
    path("meetings/add/", views.dag_meeting_add, name="dag-meeting-add"),
    path("meetings/<day:day>/", views.dag_meeting, name="dag-meeting"),
    path("<dag-ref:ref>/", views.submission, name="submission"),
    path("<dag-ref:ref>/withdraw/", views.withdraw, name="submission-withdraw"),
    path("<dag-ref:ref>/dossier/", views.dossier_file, name="dossier-file"),
    path("<dag-ref:ref>/dossier/progress/", views.dossier_progress, name="dossier-progress"),
    path("<dag-ref:ref>/dossier/order/", views.dossier_order, name="dossier-order"),
    path("<dag-ref:ref>/outcome/", views.outcome_record, name="outcome-record"),
    path("<dag-ref:ref>/outcome/confirm/", views.outcome_confirm, name="outcome-confirm"),
    path("<dag-ref:ref>/conditions/<int:number>/", views.condition_discharge, name="condition-discharge"),
]
