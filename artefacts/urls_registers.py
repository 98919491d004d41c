from django.urls import path

from artefacts import views

urlpatterns = [
    path("recommendations/", views.recommendation_list, name="recommendation-list"),
    path("principles/", views.principle_list, name="principle-list"),
]
