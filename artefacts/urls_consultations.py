from django.urls import path

from artefacts import views

urlpatterns = [path("", views.consultation_list, name="consultation-list")]
