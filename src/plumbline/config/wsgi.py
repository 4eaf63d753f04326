"""The WSGI application that Granian serves, in as many processes as it is told."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from plumbline.config import environment
from plumbline.config.running.children import die_with_parent
from plumbline.config.running.collector import settle_collector

if environment.is_supervised():
    die_with_parent(already=os.getppid())()

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads every page now, so that the first reader does not wait for it
settle_collector()
