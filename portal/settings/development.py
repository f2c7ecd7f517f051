"""Settings for one's own machine: debug pages, mail written to a folder, nothing secret."""

import os

from .base import *  # noqa: F403
from .base import BASE_URL, DATA_DIR, STORAGES

DEBUG = True
SECRET_KEY = "development-only"  # noqa: S105 - production.py demands a real one
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
PORTAL_SMS_GATEWAY = os.environ.get("PORTAL_SMS_GATEWAY", "development")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
