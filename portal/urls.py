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
from portal.messages.development import sms_page
from portal.messages.webhook import sms_webhook

urlpatterns = [
    *replaced,
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("sprog/", set_language, name="set_language"),
    path("sms/ind/", sms_webhook, name="sms_webhook"),
    path("udvikling/sms/", sms_page, name="sms_in_development"),
    path("", include("matching.phone.urls")),
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
