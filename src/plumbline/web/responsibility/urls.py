"""Addresses of letters of responsibility, duties and contact points."""

from django.urls import URLPattern, path

from plumbline.web.responsibility import duty_urls
from plumbline.web.responsibility.views import letter_making, letters

app_name = "responsibility"
urlpatterns: list[URLPattern] = [
    path("letters/", letters.listed, name="letters"),
    path("letters/cascade/", letters.cascade, name="letter-cascade"),
    path("letters/<int:letter_id>/letter.<paper:form>", letters.paper, name="letter-paper"),
    path("letters/make/", letter_making.make, name="letter-make"),
    path("letters/templates/", letter_making.templates, name="letter-templates"),
    path("letters/templates/new/", letter_making.new_template, name="letter-template-new"),
    path("letters/templates/<int:template_id>/", letter_making.template, name="letter-template"),
    path("letters/<int:letter_id>/text/", letter_making.text, name="letter-text"),
    path("letters/check/", letters.check, name="letter-check"),
    path("letters/<int:letter_id>/", letters.one, name="letter"),
    path("letters/<int:letter_id>/act/", letters.act, name="letter-act"),
    *duty_urls.urlpatterns,
]
