"""Every address of the portal."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.accounts.urls import replaced, replaced_in_each_language

urlpatterns = [
    *replaced,
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("sprog/", set_language, name="set_language"),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # Danish stands at the root, the other languages under their code: every page has an address in each of them.
    *i18n_patterns(
        *replaced_in_each_language,
        path("konto/", include("allauth.account.urls")),
        path("konto/enheder/", include("allauth.usersessions.urls")),
        path("", include("portal.accounts.urls")),
        path("", include("volunteers.urls")),
        path("", include("matching.urls")),
        path("", include("content.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
