"""The addresses of this app; pages have theirs from Wagtail."""

from django.urls import path

from content.views.needs import needs
from content.views.stopped import stopped

urlpatterns = [
    path("behov/", needs, name="needs"),
    path("kommune/<slug:municipality>/graensen/stoppet/", stopped, name="stopped"),
]
