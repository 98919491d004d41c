from django.urls import path

from sdwg.overview import views

urlpatterns = [
    path("", views.home, name="home"),
    path("audit/", views.audit, name="audit"),
    path("mail/", views.outgoing_mail, name="outgoing-mail"),
    path("mail/<int:pk>/retry/", views.mail_retry, name="mail-retry"),
    path("mail/<int:pk>/leave/", views.mail_leave, name="mail-leave"),
    path("members/<uuid:public_id>/data/", views.personal_data, name="person-data"),
    path("members/<uuid:public_id>/data/file/", views.personal_data_file, name="person-data-file"),
    path("search/", views.search, name="search"),
    path("opening-balance/", views.opening_balance, name="opening-balance"),
    path("opening-balance/numbers/<slug:register>/", views.number_set, name="number-set"),
    path("terms-of-reference/", views.terms_of_reference, name="terms-of-reference"),
    path("terms-of-reference/document/", views.terms_document, name="terms-document"),
    path("terms-of-reference/<int:number>/file/", views.terms_file, name="terms-file"),
    path("demonstration/date/", views.demo_move_date, name="demo-move-date"),
]
