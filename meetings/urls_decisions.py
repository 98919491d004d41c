from django.urls import path

from meetings import views

urlpatterns = [
    path("", views.decision_list, name="decision-list"),
    path("open/", views.decision_open, name="decision-open"),
    path("conflicts/", views.conflict_list, name="conflict-list"),
    path("conflicts/<int:pk>/end/", views.conflict_end, name="conflict-end"),
    path("conflicts/<str:ref>/", views.conflicts, name="conflicts"),
    path("conflicts/<str:ref>/declare/", views.conflict_declare, name="conflict-declare"),
    path("conflicts/<str:ref>/record/", views.conflict_record, name="conflict-record"),
    path("<str:ref>/", views.decision_page, name="decision"),
    path("<str:ref>/round/", views.decision_round, name="decision-round"),
    path("<str:ref>/withdraw/", views.decision_withdraw, name="decision-withdraw"),
    path("<str:ref>/reopen/", views.decision_reopen, name="decision-reopen"),
    path("<str:ref>/position/", views.position, name="position"),
    path("<str:ref>/on-behalf/", views.position_on_behalf, name="position-on-behalf"),
    path("<str:ref>/objections/<int:number>/answer/", views.objection_address, name="objection-address"),
    path("<str:ref>/objections/<int:number>/maintain/", views.objection_maintain, name="objection-maintain"),
    path("<str:ref>/objections/<int:number>/withdraw/", views.objection_withdraw, name="objection-withdraw"),
    path("<str:ref>/close/", views.decision_close, name="decision-close"),
    path("<str:ref>/finding/", views.finding_propose, name="finding-propose"),
    path("<str:ref>/dispute/", views.finding_dispute, name="finding-dispute"),
    path("<str:ref>/determine/", views.determine, name="determine"),
]
