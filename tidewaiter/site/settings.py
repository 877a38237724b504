"""Settings, all from the environment; each is described in docs/settings.md."""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.utils.csp import CSP

from tidewaiter.foundation.data_folder import DATABASE, encrypted, made_for_us, shape_of
from tidewaiter.foundation.heads_to import where_to
from tidewaiter.foundation.key_folder import named, read_secret
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import process_scratch
from tidewaiter.foundation.sign_on_file import read_providers
from tidewaiter.site.shapes import packages_of

PROJECT = Path(__file__).resolve().parents[2]
_installed = (
    PROJECT / "tidewaiter" / "shipped"
)  # where a wheel has them (setup.py); in a clone they lie beside the package
SHIPPED = _installed if _installed.is_dir() else PROJECT
CODES_FOLDER = SHIPPED / "codes"
FORMS_FOLDER = SHIPPED / "forms"
MAPPINGS_FOLDER = SHIPPED / "mappings"
DEMO_FOLDER = SHIPPED / "demo"

TIDEWAITER_HOME = Path(os.environ.get("TIDEWAITER_HOME", "var")).resolve()
made_for_us(TIDEWAITER_HOME)
TIDEWAITER_SHAPE = shape_of(TIDEWAITER_HOME, os.environ.get("TIDEWAITER_SHAPE") or None)
NODE_NAME = os.environ.get("TIDEWAITER_NODE", TIDEWAITER_SHAPE)
TIDEWAITER_URL = os.environ.get("TIDEWAITER_URL", "http://127.0.0.1:8000")
HOLDS_NAMES = TIDEWAITER_SHAPE != "central"
ENCRYPTION = os.environ.get("TIDEWAITER_ENCRYPTION", "auto")
STORE_SEALED, STORE_LIES_OPEN = encrypted(TIDEWAITER_HOME, TIDEWAITER_SHAPE, ENCRYPTION)
"""Whether the store is encrypted, and whether it should be and is not (foundation/encryption)."""
DISK_ENCRYPTED = os.environ.get("TIDEWAITER_DISK_ENCRYPTED", "") == "yes"
"""What the steward says of the disk of a PostgreSQL server, which the node cannot look at."""
SHAPE_MODULE = f"tidewaiter.site.shapes.{TIDEWAITER_SHAPE}"
"""Where the cards of this node's rooms are (`foundation.room_cards.rooms_of_node`)."""

TIDEWAITER_KEYS = named("TIDEWAITER_KEYS", TIDEWAITER_HOME)
"""The folder for keys; without one it is named after the node (site/keyring.py)."""
TIDEWAITER_KEY_FILE = named("TIDEWAITER_KEY_FILE", TIDEWAITER_HOME)
SECRET_KEY_FILE = Path(said).resolve() if (said := os.environ.get("TIDEWAITER_SECRET_KEY_FILE")) else None
SECRET_KEY, SECRET_KEY_KEPT = read_secret(TIDEWAITER_HOME, TIDEWAITER_KEYS)
"""One that is not kept yet was made up for this process; `init` writes it down."""
DEBUG = False
_host = TIDEWAITER_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", _host]
CSRF_TRUSTED_ORIGINS = [TIDEWAITER_URL]
_https = TIDEWAITER_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [
    r"^(healthz|readyz|metrics)$",
    r"^api/",
    r"^taxii2/",
]  # a program is told, or its token would go on in the clear
if _https:  # the proxy that ends TLS says so; nothing else can reach the node's own port
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if _https:  # no other host below the same name, and no page without TLS, can set these (RFC 6265bis, 4.1.3.2)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME, DEVICE_COOKIE_NAME, DEVICE_COOKIE_PATH = "__Host-language", "__Host-device", "/"
else:
    DEVICE_COOKIE_NAME, DEVICE_COOKIE_PATH = "tw_device", "/accounts/"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = _https, True, "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tidewaiter.site.door.outlived"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = int(os.environ.get("TIDEWAITER_IDLE_MINUTES", "30")) * 60
CONTACTS_URL = os.environ.get("TIDEWAITER_CONTACTS_URL", "")
if CONTACTS_URL and not CONTACTS_URL.startswith(("https://", "http://", "mailto:")):
    raise BadInput(
        "contacts_url", f"TIDEWAITER_CONTACTS_URL is «{CONTACTS_URL}»: give an address of a page or mailto:."
    )
SESSION_COOKIE_AGE = int(os.environ.get("TIDEWAITER_SESSION_HOURS", "12")) * 3600
FOUR_EYES = os.environ.get("TIDEWAITER_FOUR_EYES", "auto")
if FOUR_EYES not in ("auto", "on", "off"):
    raise BadInput("four_eyes", f"TIDEWAITER_FOUR_EYES is «{FOUR_EYES}»: give auto, on or off.")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SIGN_ON = read_providers(os.environ.get("TIDEWAITER_SIGN_ON", ""))
"""Providers of sign-in by their id (docs/sign-on.md)."""
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF, *(origin for one in SIGN_ON.values() for origin in one.origins)],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

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
    *packages_of(TIDEWAITER_SHAPE),
]
MIDDLEWARE = [
    # what the door itself answers, and files of ours, carry the headers of safety too: so these stand before all else
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "tidewaiter.site.door.mistakes_told",
    "tidewaiter.site.measures.measured",
    "tidewaiter.site.door.address_read",
    "tidewaiter.site.door.browser_bounded",
    "tidewaiter.site.published.Files",
    "tidewaiter.site.packing.packed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tidewaiter.site.sessions.sessions_end",
    "tidewaiter.site.door.body_bounded",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tidewaiter.site.middleware.person_known",
    "django_htmx.middleware.HtmxMiddleware",
    "tidewaiter.site.languages.languages_told",
    "tidewaiter.site.middleware.refusals_answered",
]
ROOT_URLCONF = "tidewaiter.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "tidewaiter" / room / "templates" for room in ("site", "drawing")],
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

DATABASE_URL = os.environ.get("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "tidewaiter.foundation.encryption.sqlcipher" if STORE_SEALED else "django.db.backends.sqlite3",
            "NAME": str(TIDEWAITER_HOME / DATABASE),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072; "
                "PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY; "
                "PRAGMA secure_delete=ON;",  # not every build has it so: what is masked or taken back is overwritten
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
    {"NAME": "tidewaiter.people.passwords.NotTooLong"},
    {"NAME": "tidewaiter.people.passwords.NotGuessed"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "tidewaiter.site.accounts.ClosedDoor"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = False  # theirs count in one process alone; ours stand in the database (people/backoff.py)
MFA_RATE_LIMITS = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
MFA_ADAPTER = "tidewaiter.site.accounts.SecondFactor"
MFA_FORMS = {
    "authenticate": "tidewaiter.people.fields.Authenticate",
    "reauthenticate": "tidewaiter.people.fields.Reauthenticate",
    "activate_totp": "tidewaiter.people.fields.Activate",
    "add_webauthn": "tidewaiter.people.passkeys.Add",
    "authenticate_webauthn": "tidewaiter.people.passkeys.SecondStep",
    "login_webauthn": "tidewaiter.people.passkeys.SignIn",
    "reauthenticate_webauthn": "tidewaiter.people.passkeys.Again",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TIDEWAITER_PROXIES", "0"))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

API_REQUESTS_A_MINUTE = int(os.environ.get("TIDEWAITER_API_RATE", "600"))
HEADS_TO = where_to(os.environ.get("TIDEWAITER_HEADS_TO", ""), TIDEWAITER_HOME)
"""Where heads of the ledger are sent (site/heads_away.py)."""
TRADE_FOLDER = os.environ.get("TIDEWAITER_TRADE_FOLDER", "")
TIMESTAMP_URL = os.environ.get("TIDEWAITER_TIMESTAMP_URL", "")
TIMESTAMP_ROOTS = os.environ.get("TIDEWAITER_TIMESTAMP_ROOTS", "")
EVIDENCE_FOLDER = os.environ.get("TIDEWAITER_EVIDENCE_FOLDER", "")
NODE_STARTED = float(os.environ.get("TIDEWAITER_STARTED") or time.time())
"""When the node was started, in seconds since 1970: what the clock does is expected from then on."""
WEB_WORKERS = int(os.environ.get("TIDEWAITER_WORKERS", "1"))

TASKS = {"default": {"BACKEND": "tidewaiter.jobs.backend.JobsBackend", "QUEUES": ["prompt", "heavy"]}}
_mail = urlsplit(os.environ.get("TIDEWAITER_EMAIL", ""))
MAIL_SERVER = _mail.hostname or ""
"""Nothing where the node sends no mail."""
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_SERVER,
            "port": _mail.port or 25,
            "username": unquote(_mail.username or ""),
            "password": unquote(_mail.password or ""),
            "use_tls": _mail.scheme == "smtp+tls",
            "use_ssl": _mail.scheme == "smtps",
            "timeout": 20,
        },
    }
}
DEFAULT_FROM_EMAIL = os.environ.get("TIDEWAITER_EMAIL_FROM", f"tidewaiter@{_host}")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("sw", "Kiswahili"),
    ("id", "Bahasa Indonesia"),
]
LANGUAGES_COMPLETE = ("en", "fr", "es")
"""Those in which all words of the pages stand; in the others the names of lists do, the rest is English."""
LANGUAGE_CODE = "en"
# every room's own words, before those of the libraries for the same strings
LOCALE_PATHS = sorted((PROJECT / "tidewaiter").glob("*/locale"))
FORMAT_MODULE_PATH = ["tidewaiter.site.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATICFILES_DIRS = [PROJECT / "tidewaiter" / "site" / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours alone: libraries' files are unused
STATIC_ROOT = process_scratch(TIDEWAITER_HOME, sealed=False) / "static"  # ours, and nobody's secret
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tidewaiter.site.published.Published"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = max(most("json_body_bytes"), most("form_body_bytes"))
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = most("form_fields")
DATA_UPLOAD_MAX_NUMBER_FILES = most("form_files")
FILE_UPLOAD_TEMP_DIR = str(process_scratch(TIDEWAITER_HOME, sealed=STORE_SEALED))
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
