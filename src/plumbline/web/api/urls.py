"""Addresses of the interface for programs."""

from django.urls import path

from plumbline.web.api import views
from plumbline.web.api.v1 import api

app_name = "api"
urlpatterns = [
    path("api/", views.home, name="home"),
    path("api/v1/openapi.json", views.openapi, name="openapi"),
    path("api/v1/", api.urls),
]
