"""Addresses of the account pages; django-allauth's own stand under /account/ without a namespace, as it needs them."""

from django.urls import include, path
from django.views.generic import RedirectView

from plumbline.web.accounts import views

_own = [
    path("me/", views.me, name="me"),
    path("me/digest/", views.digest, name="digest"),
    path("language/", views.language, name="language"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.favicon, name="favicon"),
]

urlpatterns = [
    path("", include((_own, "accounts"))),
    # Ours come first where we answer in allauth's place: there may be no mail, and nobody signs up alone.
    path("account/password/reset/", views.forgotten, name="account_reset_password"),
    path("account/email/", RedirectView.as_view(pattern_name="accounts:me"), name="account_email"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
]
