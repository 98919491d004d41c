"""Settings, all of them, read from the environment and loud about what is missing.

Three ways to run, told apart by two variables:

* demonstration (``SDWG_DEMO=1``): one password, no second factor, a movable date, loopback only;
* development and tests (``SDWG_DEBUG=1``): embedded database and broker, a throw-away key;
* production (neither): ``SDWG_SECRET_KEY``, ``SDWG_AUDIT_KEY``, ``SDWG_HOSTS`` and ``SDWG_URL`` must be set,
  or the program refuses to start.

Every variable is listed, with an example, in ``.env.example``.
"""

import os
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str) -> bool:
    """Whether the environment variable ``name`` is set to a yes."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def required(name: str, embedded: str) -> str:
    """The variable ``name``; outside production ``embedded`` stands in for it.

    Raises ``ImproperlyConfigured`` with the sentence the operator needs.
    """
    value = os.environ.get(name, "")
    if value:
        return value
    if DEMO or DEBUG:
        return embedded
    raise ImproperlyConfigured(f"{name} is not set. A real installation needs it; see .env.example.")


def names(name: str, embedded: str = "") -> list[str]:
    """A comma-separated variable as a list."""
    return [part.strip() for part in os.environ.get(name, embedded).split(",") if part.strip()]


TESTING = "pytest" in sys.modules
DEMO = flag("SDWG_DEMO")
DEBUG = flag("SDWG_DEBUG") or TESTING
DEMO_PASSWORD = "demo-half-hourly"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")

DATA_DIR = Path(os.environ.get("SDWG_DATA", BASE_DIR / "var")).resolve()
SITE_URL = required("SDWG_URL", f"http://127.0.0.1:{os.environ.get('SDWG_PORT', '8000')}").rstrip("/")
SECRET_KEY = required("SDWG_SECRET_KEY", "embedded-key-for-demonstration-and-tests-on-loopback-only")
AUDIT_KEY = required("SDWG_AUDIT_KEY", "embedded-audit-key-for-demonstration-and-tests-only")
EMBEDDED_HOSTS = (*LOOPBACK, "testserver") if TESTING else LOOPBACK
ALLOWED_HOSTS = names("SDWG_HOSTS", ",".join(EMBEDDED_HOSTS) if DEMO or DEBUG else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("SDWG_HOSTS is not set. Name the hosts this installation answers to; see .env.example.")
LISTENS_AT = [urlsplit(f"//{at}").hostname for at in names("SDWG_BIND") if not at.startswith("unix:")]
if DEMO and {*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname, *LISTENS_AT} - {*LOOPBACK, "testserver"}:
    raise ImproperlyConfigured(
        "Demonstration mode has one password for everybody, so it runs on loopback only: "
        "remove SDWG_DEMO, or take the other hosts out of SDWG_HOSTS, SDWG_URL and SDWG_BIND."
    )
HTTPS = urlsplit(SITE_URL).scheme == "https"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "sdwg",
    "sdwg.members",
    "sdwg.audit",
    "sdwg.mail",
    "sdwg.files",
    "artefacts",
    "meetings",
    "escalations",
    "sdwg.overview",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "simple_history",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "sdwg.members.middleware.loopback_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sdwg.members.middleware.acting",
    "sdwg.web.once",
]

ROOT_URLCONF = "sdwg.urls"
WSGI_APPLICATION = "sdwg.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "sdwg.members.context_processors.frame",
            ],
            "builtins": ["sdwg.templatetags.sdwg"],
        },
    }
]

# The database. Embedded: SQLite with a write-ahead log; every write transaction takes its lock at the start, so that a
# reader that turns writer never fails half-way.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'sdwg.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
POSTGRESQL = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
if not POSTGRESQL:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-20000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Jobs. One code path: a Celery worker and beat, on Redis or on a folder. The database is the truth; Celery only wakes.
REDIS_URL = os.environ.get("REDIS_URL", "")
CELERY_BROKER_DIR = DATA_DIR / "broker"
if TESTING:
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
elif REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "max_retries": 0,
        "interval_start": 0,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(CELERY_BROKER_DIR / "queue"),
        "data_folder_out": str(CELERY_BROKER_DIR / "queue"),
        "control_folder": str(CELERY_BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.3,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_TIMEZONE = "Europe/London"
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "sdwg_cache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},  # of the usual 300, names on pages would crowd out the rate limits
        }
    )
}

# Files: content-addressed, private, never below the web root.
STORAGES: dict[str, Any] = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {"bucket_name": os.environ["SDWG_S3_BUCKET"], "default_acl": None, "file_overwrite": True},
        }
        if os.environ.get("SDWG_S3_BUCKET")
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": DATA_DIR / "files",
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG and not DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_HANDLERS = [
    "sdwg.files.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_TEMP_DIR = None
MAX_UPLOAD_BYTES = 100 * 1024 * 1024
MAX_UPLOAD_PAGES = 2_000
X_ACCEL_PREFIX = os.environ.get("SDWG_X_ACCEL_PREFIX", "")
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("SDWG_STATIC") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG and not DEMO

# People and sign-in.
AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sdwg.members.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_USER_DISPLAY = "sdwg.members.adapter.display_name"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "guest": "20/h/ip",
    "guest_address": "3/d/key",
    "public_comment": "20/h/ip",
    "public_comment_address": "10/d/key",
}
MFA_ADAPTER = "sdwg.members.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG and not HTTPS  # localhost, where browsers allow keys without TLS
MFA_TOTP_ISSUER = "SDWG"
MFA_REQUIRED = not DEMO
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else nobody with a second factor could ask for another address
USERSESSIONS_TRACK_ACTIVITY = False

# A provider of OpenID Connect, in place of the password; none unless its issuer is named. The second factor stays ours.
OIDC_ISSUER = "" if DEMO else os.environ.get("SDWG_OIDC_ISSUER", "").rstrip("/")
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER))
OIDC_NAME = os.environ.get("SDWG_OIDC_NAME", "") or "single sign-on"
SOCIALACCOUNT_ADAPTER = "sdwg.members.provider.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_ISSUER:
    if urlsplit(OIDC_ISSUER).scheme != "https" and urlsplit(OIDC_ISSUER).hostname not in LOOPBACK:
        raise ImproperlyConfigured("SDWG_OIDC_ISSUER must begin with https://, or its word could be anybody's.")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "provider",
                "name": OIDC_NAME,
                "client_id": required("SDWG_OIDC_CLIENT_ID", ""),
                "secret": required("SDWG_OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_ISSUER, "fetch_userinfo": False},
            }
        ],
    }

# Sessions and headers.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sdwg.overview.errors.csrf_failure"
SESSION_COOKIE_NAME = "__Host-sdwg" if HTTPS else "sdwg"
CSRF_COOKIE_NAME = "__Host-sdwg-csrf" if HTTPS else "sdwg-csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if flag("SDWG_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *([OIDC_ORIGIN] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# Mail. Nothing is sent by a request: rows in the outbox are drained by the worker.
MAIL_URL = urlsplit(os.environ.get("SDWG_MAIL_URL", ""))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = required("SDWG_MAIL_FROM", "SDWG secretariat <secretariat@sdwg.example>")
MAIL_DOMAIN = parseaddr(DEFAULT_FROM_EMAIL)[1].partition("@")[2]
EMAIL_TIMEOUT = 20
if MAIL_URL.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = MAIL_URL.hostname or "localhost"
    EMAIL_PORT = MAIL_URL.port or (465 if MAIL_URL.scheme == "smtps" else 587)
    EMAIL_HOST_USER = MAIL_URL.username or ""
    EMAIL_HOST_PASSWORD = MAIL_URL.password or ""
    EMAIL_USE_SSL = MAIL_URL.scheme == "smtps"
    EMAIL_USE_TLS = MAIL_URL.scheme == "smtp" and MAIL_URL.hostname not in LOOPBACK
elif DEMO or DEBUG:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
else:
    raise ImproperlyConfigured(
        "SDWG_MAIL_URL is not set, for example smtp://user:password@mail.example:587; see .env.example."
    )

# Words and time.
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

SILENCED_SYSTEM_CHECKS = ["security.W021"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "sdwg.redaction.Secrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("SDWG_LOG_LEVEL", "WARNING" if TESTING else "INFO")},
}
