"""The addresses in messages: short, in no language, and each for one person."""

from django.urls import path

from matching.phone.dispatch import phone

urlpatterns = [
    path("s/<str:token>/", phone, name="phone"),
    path("s/<str:token>/<str:step>", phone, name="phone_step"),
]
