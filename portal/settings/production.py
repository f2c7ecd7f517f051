"""Settings for a public site: everything secret comes from the environment, and everything goes over TLS."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import BASE_URL

SECRET_KEY = os.environ.get("PORTAL_SECRET_KEY", "")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("Set PORTAL_SECRET_KEY to a random text of at least 40 characters.")
# With the owner's address, or none, nothing would hold row-level security up.
if "PORTAL_SITE_URL" not in os.environ or not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("Set PORTAL_SITE_URL (the site's own role) and PORTAL_BASE_URL (https://…).")
# How many proxies of ours stand in front: their word on the visitor's address counts for the rate limits.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PORTAL_PROXIES", "1"))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = True
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
