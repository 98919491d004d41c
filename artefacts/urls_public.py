from django.urls import path

from artefacts import views

urlpatterns = [
    path("", views.public_list, name="public-consultations"),
    path("sent/", views.public_sent, name="public-comment-sent"),
    path("confirmed/", views.public_confirmed, name="public-comment-confirmed"),
    path("confirm/<str:secret>/", views.public_confirm, name="public-comment-confirm"),
    path("<artefact:ref>/", views.public_consultation, name="public-consultation"),
    path("<artefact:ref>/<label:label>/document/", views.public_document, name="public-document"),
]
