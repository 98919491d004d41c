"""Signing in and one's own account: allauth's pages, and those of a provider where settings name one."""

from django.urls import include, path

from sdwg.members import provider

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("provider/", provider.connected, name="socialaccount_connections"),
    path("provider/cancelled/", provider.cancelled, name="socialaccount_login_cancelled"),
    path("provider/login/", provider.login, {"provider_id": "provider"}, name="openid_connect_login"),
    path("provider/callback/", provider.callback, {"provider_id": "provider"}, name="openid_connect_callback"),
]
