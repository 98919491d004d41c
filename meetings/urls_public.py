from django.urls import path

from meetings import views

urlpatterns = [
    path("", views.public_list, name="public-meetings"),
    path("asked/", views.public_asked, name="public-asked"),
    path("open.ics", views.public_feed, name="public-feed"),
    path("calendar/<str:secret>.ics", views.calendar_feed, name="calendar-feed"),
    path("confirmed/", views.public_confirmed, name="public-confirmed"),
    path("confirm/<str:secret>/", views.guest_confirm, name="guest-confirm"),
    path("guest/<str:secret>/", views.guest_page, name="guest"),
    path("guest/<str:secret>/withdraw/", views.guest_withdraw, name="guest-withdraw"),
    path("guest/<str:secret>/papers/<int:pk>/", views.guest_paper, name="guest-paper"),
    path("<meeting:key>/", views.public_meeting, name="public-meeting"),
]
