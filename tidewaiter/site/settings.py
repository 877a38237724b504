"""Settings, all from the environment; each is described in docs/settings.md."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.utils.csp import CSP

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.site.shapes import ROOMS

PROJECT = Path(__file__).resolve().parents[2]
CODES_FOLDER = PROJECT / "codes"
FORMS_FOLDER = PROJECT / "forms"
MAPPINGS_FOLDER = PROJECT / "mappings"
DEMO_FOLDER = PROJECT / "demo"

TIDEWAITER_HOME = Path(os.environ.get("TIDEWAITER_HOME", "var")).resolve()
TIDEWAITER_SHAPE = os.environ.get("TIDEWAITER_SHAPE", "national")
NODE_NAME = os.environ.get("TIDEWAITER_NODE", TIDEWAITER_SHAPE)
TIDEWAITER_URL = os.environ.get("TIDEWAITER_URL", "http://127.0.0.1:8000")
SHAPES = ("central", "national", "operation")
if TIDEWAITER_SHAPE not in SHAPES:
    raise BadInput("shape", f"TIDEWAITER_SHAPE is «{TIDEWAITER_SHAPE}»: give one of {', '.join(SHAPES)}.")
HOLDS_NAMES = TIDEWAITER_SHAPE != "central"
SHAPE_ROOMS = ROOMS[TIDEWAITER_SHAPE]


def _secret() -> str:
    """The secret key, from its file; made on first use, readable by the owner alone."""
    path = Path(os.environ.get("TIDEWAITER_SECRET_KEY_FILE", TIDEWAITER_HOME / "keys" / "secret"))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            return path.read_text()
    return path.read_text()


SECRET_KEY = _secret()
DEBUG = False
_host = TIDEWAITER_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", _host]
CSRF_TRUSTED_ORIGINS = [TIDEWAITER_URL]
_https = TIDEWAITER_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
if _https:  # the proxy that ends TLS says so; nothing else can reach the node's own port
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

EVERY_SHAPE = (
    "ledger",
    "jobs",
    "codelists",
    "vault",
    "people",
    "notices",
    "threads",
    "forms",
    "checks",
    "cases",
    "search",
)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks_db",
    *[f"tidewaiter.{room}" for room in (*EVERY_SHAPE, *SHAPE_ROOMS) if room != "checks"],
    "tidewaiter.site",
]
MIDDLEWARE = [
    "tidewaiter.site.measures.measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tidewaiter.site.middleware.person_known",
    "django_htmx.middleware.HtmxMiddleware",
    "tidewaiter.site.middleware.refusals_answered",
]
ROOT_URLCONF = "tidewaiter.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "tidewaiter" / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tidewaiter.site.templatetags.tide",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tidewaiter.site.frame.frame",
            ],
        },
    }
]
WSGI_APPLICATION = "tidewaiter.site.wsgi.application"

DATABASE_URL = os.environ.get("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(TIDEWAITER_HOME / "tidewaiter.sqlite3"),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072; "
                "PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;",
            },
            "TEST": {"NAME": str(TIDEWAITER_HOME / "test.sqlite3")},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "tidewaiter.site.accounts.ClosedDoor"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/300s/key", "reauthenticate": "10/m/user"}
ACCOUNT_EMAIL_NOTIFICATIONS = False
MFA_ADAPTER = "tidewaiter.site.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TIDEWAITER_PROXIES", "0"))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

API_REQUESTS_A_MINUTE = int(os.environ.get("TIDEWAITER_API_RATE", "600"))
TRADE_FOLDER = os.environ.get("TIDEWAITER_TRADE_FOLDER", "")
WEB_WORKERS = int(os.environ.get("TIDEWAITER_WORKERS", "1"))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
_mail = urlsplit(os.environ.get("TIDEWAITER_EMAIL", ""))
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("TIDEWAITER_EMAIL_FROM", f"tidewaiter@{_host}")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGES = [
    ("en", "English"), ("fr", "Français"), ("es", "Español"), ("pt", "Português"), ("ru", "Русский"), ("ar", "العربية"),
    ("zh-hans", "中文"), ("sw", "Kiswahili"), ("id", "Bahasa Indonesia"),
]  # fmt: skip
LANGUAGE_CODE = "en"
LOCALE_PATHS = [PROJECT / "tidewaiter" / "locale"]
FORMAT_MODULE_PATH = ["tidewaiter.site.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATICFILES_DIRS: list[str] = []
STATIC_ROOT = PROJECT / "tidewaiter" / "site" / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_TEMP_DIR = None
LOG_LEVEL = os.environ.get("TIDEWAITER_LOG", "info").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "tidewaiter.foundation.logs.Lines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "tidewaiter": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
    },
}
