from django.urls import path

from sdwg.members import views

urlpatterns = [
    path("", views.register, name="member-list"),
    path("act-for/", views.act_for, name="act-for"),
    path("import/", views.import_people, name="member-import"),
    path("import/template.xlsx", views.import_template, name="member-import-template"),
    path("import/<uuid:token>/", views.import_preview, name="member-import-preview"),
    path("export.xlsx", views.export_workbook, name="member-export-workbook"),
    path("export.csv", views.export_csv, name="member-export-csv"),
    path("people/new/", views.make_person, name="person-make"),
    path("organisations/new/", views.make_organisation, name="organisation-make"),
    path("constituencies/", views.constituencies, name="constituency-list"),
    path("constituencies/<int:pk>/move/", views.move_constituency, name="constituency-move"),
    path("constituencies/<int:pk>/retire/", views.retire_constituency, name="constituency-retire"),
    path("constituencies/<int:pk>/list-again/", views.relist_constituency, name="constituency-relist"),
    path("seats/new/", views.appoint, name="seat-appoint"),
    path("seats/<int:pk>/", views.seat, name="seat"),
    path("seats/<int:pk>/confirm/", views.confirm_seat, name="seat-confirm"),
    path("seats/<int:pk>/decline/", views.decline_seat, name="seat-decline"),
    path("seats/<int:pk>/end/", views.end_seat, name="seat-end"),
    path("nominate/", views.nominate, name="nominate"),
    path("nominations/<int:pk>/", views.nomination, name="nomination"),
    path("nominations/<int:pk>/accept/", views.accept_nomination, name="nomination-accept"),
    path("nominations/<int:pk>/withdraw/", views.revoke_nomination, name="nomination-revoke"),
    path("invitation/<str:secret>/", views.invitation, name="invitation"),
    path("<uuid:public_id>/", views.member, name="member"),
    path("<uuid:public_id>/invite/", views.invite, name="member-invite"),
    path("<uuid:public_id>/invitation/revoke/", views.revoke_invitation, name="member-invitation-revoke"),
    path("<uuid:public_id>/close/", views.close_account, name="member-close"),
    path("<uuid:public_id>/open/", views.open_account, name="member-open"),
]
