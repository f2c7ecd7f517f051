"""The addresses of this app; pages have theirs from Wagtail."""

from django.urls import path

from content.views.needs import needs

urlpatterns = [path("behov/", needs, name="needs")]
