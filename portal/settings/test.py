"""Settings for the tests: real PostgreSQL, mail in memory, tasks run at once."""

from .base import *  # noqa: F403
from .base import DATABASES, OWNER_URL, SITE_ROLE, STORAGES, dj_database_url

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
# Factories write as the owner; TenancyMiddleware takes the site's role inside every request.
DATABASES["default"].update(dj_database_url.parse(OWNER_URL))
ASSUME_ROLE = SITE_ROLE
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PORTAL_SMS_GATEWAY = "development"
PORTAL_SMS_WEBHOOK_SECRET = "for the tests alone, and long enough for every algorithm"  # noqa: S105
PORTAL_SMS_QUIET_FROM = PORTAL_SMS_QUIET_UNTIL = 0  # tests run at night too
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
