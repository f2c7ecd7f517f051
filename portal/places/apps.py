from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "portal.places"
    label = "places"
    verbose_name = "Places"

    def ready(self) -> None:
        from django.core.checks import register

        from portal.places.checks import check_geocoder

        register(check_geocoder)
