"""Addresses of the first set-up."""

from django.urls import path

from plumbline.web.setup import views

app_name = "setup"
urlpatterns = [
    path("setup/steps/", views.steps, name="steps"),
    path("setup/<str:secret>/", views.begin, name="begin"),
]
