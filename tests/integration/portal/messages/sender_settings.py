"""Settings of a sender in a process of its own: the site's role, a real SMTP server and a real gateway."""

from portal.settings.base import SITE_URL
from portal.settings.test import *  # noqa: F403
from portal.settings.test import DATABASES, dj_database_url

DATABASES["default"].update(dj_database_url.parse(SITE_URL))
ASSUME_ROLE = None
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
PORTAL_SMS_GATEWAY = "gatewayapi"
