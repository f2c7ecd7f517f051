"""Settings that hold everywhere. Every value read from the environment has a default; checks.py looks at the result."""

import json
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.languages.registry import right_to_left

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("PORTAL_DATA_DIR") or BASE_DIR / ".data")

PORTAL_NAME = os.environ.get("PORTAL_NAME", "Naboskab")
BASE_URL = os.environ.get("PORTAL_BASE_URL", "http://127.0.0.1:8000")

DEBUG = False
ALLOWED_HOSTS = os.environ.get("PORTAL_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "content",
    "matching",
    "volunteers",
    "portal.municipalities",
    "portal.accounts",
    "portal.places",
    "portal.languages",
    "portal.privacy",
    "portal.audit",
    "portal.messages",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "formtools",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.csp.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.municipalities.middleware.TenancyMiddleware",
    "portal.accounts.middleware.OneGuessAtATime",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "content.middleware.OwnPagesOnly",
    "content.middleware.StoppedAtTheBoundary",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: PostgreSQL only; manage.py and the run command put the two addresses in the environment -------------
# The site connects as a role that cannot bypass row-level security; the owner's role is for migrations.
AS_OWNER = os.environ.get("PORTAL_AS_OWNER") == "1"
SITE_ROLE = os.environ.get("PORTAL_SITE_ROLE", "portal_site")
OWNER_URL = os.environ.get("PORTAL_OWNER_URL", "postgresql:///portal")
SITE_URL = os.environ.get("PORTAL_SITE_URL", OWNER_URL)
DATABASES = {
    "default": {
        **dj_database_url.parse(OWNER_URL if AS_OWNER else SITE_URL, conn_max_age=60),
        # The request's transaction is opened by TenancyMiddleware; the view gets a savepoint inside it.
        "ATOMIC_REQUESTS": True,
        "CONN_HEALTH_CHECKS": True,
    }
}
# Tests connect as the owner and take this role inside each request (None elsewhere: the connection already has it).
ASSUME_ROLE: str | None = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Rate limits live here: a small cache would forget them when many people come.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- Accounts -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 60 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
# Eight digits: the same on every keyboard and in every script, and too many to guess even with many tries at once.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 8}
# A new code can be asked for a few times in a row; allauth's own limit of one in three minutes is a dead end.
ACCOUNT_RATE_LIMITS = {"confirm_email": "5/10m/key"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
USERSESSIONS_TRACK_ACTIVITY = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_page"
LOGOUT_REDIRECT_URL = "/"

# --- Languages ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English"), ("uk", "Українська"), ("ar", "العربية")]
# Not yet read by somebody who speaks the language: pages in these say that the translation is a draft.
DRAFT_LANGUAGES = {"uk", "ar"}
# Messages, consents and the pages that newcomers open by a link are written in these; a message in no other
# (portal/languages/texts/ has a file for each, locale/ a catalogue).
PHONE_LANGUAGES = ("da", "en", "uk", "ar", "fa", "prs", "ps", "ti", "so", "kmr", "ckb", "ru")
LANGUAGES_BIDI = right_to_left()
# With "1", a message in a language that nobody has reviewed is sent in Danish and English instead.
PORTAL_REVIEWED_TEXTS_ONLY = os.environ.get("PORTAL_REVIEWED_TEXTS_ONLY") == "1"
# Dates in the phone languages for which Django has no way of writing them: numbers need no names of months.
DATE_FORMAT = SHORT_DATE_FORMAT = "d.m.Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "d.m.Y H:i"
MONTH_DAY_FORMAT = "d.m."
YEAR_MONTH_FORMAT = "m.Y"
TIME_FORMAT = "H:i"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"

# --- Static files and media -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
FRONTEND_DIR = DATA_DIR / "frontend"
if FRONTEND_DIR.is_dir():  # made by the set-up from the npm packages; without it pages are plain but work
    STATICFILES_DIRS.append(FRONTEND_DIR)
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- Background work ------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- E-mail ---------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = os.environ.get("PORTAL_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("PORTAL_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PORTAL_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PORTAL_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PORTAL_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("PORTAL_EMAIL_TLS") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("PORTAL_FROM_EMAIL", "portal@example.org")

# --- Wagtail --------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = PORTAL_NAME
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "editors_login"
WAGTAIL_USER_TIME_ZONES = ["Europe/Copenhagen"]
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no third party is asked for anything
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "danish"},
}

# --- Security -------------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows pages in a frame of its own
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}

# --- The portal's own -----------------------------------------------------------------------------------------------
PORTAL_GEOCODER = os.environ.get("PORTAL_GEOCODER", "postcode")
PORTAL_GEOCODER_OPTIONS: dict[str, object] = json.loads(os.environ.get("PORTAL_GEOCODER_OPTIONS", "{}"))
# Who is asked how long a journey takes: nobody, opentripplanner or rejseplanen.
PORTAL_TRAVEL_PROVIDER = os.environ.get("PORTAL_TRAVEL_PROVIDER", "")
PORTAL_TRAVEL_URL = os.environ.get("PORTAL_TRAVEL_URL", "")
PORTAL_TRAVEL_KEY = os.environ.get("PORTAL_TRAVEL_KEY", "")
PORTAL_PROPOSAL_DAYS = int(os.environ.get("PORTAL_PROPOSAL_DAYS", "7"))
PORTAL_REMINDER_DAYS = int(os.environ.get("PORTAL_REMINDER_DAYS", "3"))
# How long a link that shows something can be opened; the answer to a proposal has the proposal's own days.
PORTAL_LINK_DAYS = int(os.environ.get("PORTAL_LINK_DAYS", "30"))
PORTAL_CONSENT_DAYS = int(os.environ.get("PORTAL_CONSENT_DAYS", "365"))
# Days after which a rule of retention forgets, by its name: {"messages": 60}. The others have their own default.
PORTAL_RETENTION_DAYS: dict[str, int] = json.loads(os.environ.get("PORTAL_RETENTION_DAYS", "{}"))
# Who sends SMS: nobody, development (kept, and shown at /udvikling/sms/) or gatewayapi.
PORTAL_SMS_GATEWAY = os.environ.get("PORTAL_SMS_GATEWAY", "")
PORTAL_SMS_URL = os.environ.get("PORTAL_SMS_URL", "https://gatewayapi.com")
PORTAL_SMS_TOKEN = os.environ.get("PORTAL_SMS_TOKEN", "")
PORTAL_SMS_SENDER = os.environ.get("PORTAL_SMS_SENDER", "Kommunen")
PORTAL_SMS_WEBHOOK_SECRET = os.environ.get("PORTAL_SMS_WEBHOOK_SECRET", "")
# No SMS from this hour until that one, Danish time; the same hour twice means none.
PORTAL_SMS_QUIET_FROM = int(os.environ.get("PORTAL_SMS_QUIET_FROM", "21"))
PORTAL_SMS_QUIET_UNTIL = int(os.environ.get("PORTAL_SMS_QUIET_UNTIL", "8"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
