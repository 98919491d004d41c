from django.urls import path

from sdwg.overview import views

urlpatterns = [
    path("", views.home, name="home"),
    path("audit/", views.audit, name="audit"),
    path("terms-of-reference/", views.terms_of_reference, name="terms-of-reference"),
    path("demonstration/date/", views.demo_move_date, name="demo-move-date"),
]
