"""Addresses of the desk: the first page of all."""

from django.urls import path

from plumbline.web.desk import views

app_name = "desk"
urlpatterns = [path("", views.home, name="home")]
