"""Settings of SmartGoals: one file, the environment decides. Every variable is listed in .env.example."""

import datetime as dt
from pathlib import Path

import pghistory
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from smartgoals import environment as env
from web.worker import let_work_everywhere

ROOT = Path(__file__).resolve().parent.parent

# production: everything strict. demo: a private server on loopback, mail into files. test: as demo, fast passwords.
ENVIRONMENT = env.text("SMARTGOALS_ENV", "production")
if ENVIRONMENT not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"SMARTGOALS_ENV must be production, demo or test, not {ENVIRONMENT!r}")
PRODUCTION = ENVIRONMENT == "production"
VAR = Path(env.text("SMARTGOALS_VAR", str(ROOT / "var")))
PORT = env.number("PORT", 8000)
DEMO_PASSWORD = env.text("DEMO_PASSWORD")  # of the sign-ins that load_demo makes

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY (or SECRET_KEY_FILE) is not set")
    SECRET_KEY = "only-for-the-demo-and-the-tests-on-this-machine-not-a-secret"  # noqa: S105

BASE_URL = env.text("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ([] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "web",
    "teams",
    "kpis",
    "goals",
    "connectors",
    "reminders",
    "dashboards",
    "api",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # above WhiteNoise: the demo's static files are not compressed beforehand
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "teams.asking.PersonMiddleware",
    "teams.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.htmx.HtmxAnswerMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "teams.middleware.SessionActivityMiddleware",
    "teams.middleware.SignInMiddleware",
    "teams.middleware.HistoryMiddleware",
    "teams.middleware.TenantMiddleware",
]

ROOT_URLCONF = "smartgoals.urls"
WSGI_APPLICATION = "smartgoals.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "web.context.page",
            ],
        },
    }
]

# Migrations run as the role that owns the tables; everything else as one that owns none (row-level security).
AS_OWNER = env.flag("SMARTGOALS_AS_OWNER")
DATABASE_URL = env.text("DATABASE_OWNER_URL" if AS_OWNER else "DATABASE_URL")
if not DATABASE_URL:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set: make demo, make test and make manage set it for their private servers"
    )
DATABASES = {
    "default": {
        **env.database(DATABASE_URL),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APP_ROLE = "smartgoals_app"

# On the database, so that neither sign-in nor its rate limits fall with Redis.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# Accounts ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["teams.asking.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "teams:start"
ACCOUNT_ADAPTER = "reminders.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "teams.signup.NameForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password, address or second factor is told
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {} if ENVIRONMENT == "test" else {"login_failed": "10/m/ip,5/5m/key"}
SESSION_SEEN_EVERY_S = 300  # how exactly the list of sessions says when each was seen last
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "SmartGoals"
MFA_FORMS = {"add_webauthn": "teams.security_keys.AddKeyForm", "edit_webauthn": "teams.security_keys.RenameKeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if ENVIRONMENT == "test"
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 7 * 24 * 3600  # from signing in, however much it is used (teams.middleware)

# Languages and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("th", _("Thai"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# The demo and the tests serve the folder itself, so that they need no collectstatic.
STATIC_ROOT = VAR / "static" if PRODUCTION else None
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ADD_HEADERS_FUNCTION = let_work_everywhere
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Security ------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# The API -------------------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 600)  # of each token

# Mail ----------------------------------------------------------------------------------------------------
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "SmartGoals <smartgoals@localhost>")
EMAIL_HOLD = env.flag("EMAIL_HOLD")  # rows stay pending; for restores
MAIL_KEPT_DAYS = env.number("MAIL_KEPT_DAYS", 400)  # after that, mail that has ended is forgotten
if MAIL_KEPT_DAYS < 60:
    raise ImproperlyConfigured("MAIL_KEPT_DAYS is at least 60: the bell and the offers look back for 30 days")
EMAIL_FILE_PATH = VAR / "mail"
# A sender's lease on a row is longer than the slowest dialogue: about nine answers of EMAIL_TIMEOUT each.
MAIL_LEASE_S = 120
MAIL_RUN_S = 8.0  # a run of the sender ends after so long, so that a worker can be stopped; the next tick goes on
# Organizations take turns: so many mails at most, for so long at most. What a letter says is as old as its turn.
MAIL_BATCH = 40
MAIL_TURN_S = 10.0
MAIL_BACKOFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 360)]
MAIL_GIVE_UP = dt.timedelta(hours=48)
MAIL_MAX_ATTEMPTS = 25
# A relay that took the text and did not answer may have sent it: one more attempt, later, and no third.
MAIL_MAX_DOUBTS = 2
MAIL_DOUBT_WAIT = dt.timedelta(minutes=10)
# Beyond these ages of the last sweep, the oldest stale rollup and the oldest mail that is due, /readyz says no.
READY_SWEEP_AGE = dt.timedelta(seconds=90)
READY_QUEUE_AGE = dt.timedelta(minutes=5)
# A provider that reports bounces (reminders.bounces lists those we know); its secret has the form "name:password".
MAIL_PROVIDER = env.text("MAIL_PROVIDER")
ANYMAIL = {
    "WEBHOOK_SECRET": env.text("MAIL_PROVIDER_SECRET"),
    "MAILGUN_WEBHOOK_SIGNING_KEY": env.text("MAILGUN_SIGNING_KEY"),
}
if MAIL_PROVIDER and ":" not in ANYMAIL["WEBHOOK_SECRET"]:
    raise ImproperlyConfigured("MAIL_PROVIDER needs a MAIL_PROVIDER_SECRET of the form name:password")
METRICS_TOKEN = env.text("METRICS_TOKEN")  # what Prometheus shows as a bearer token; empty: no /metrics
if email_url := env.text("EMAIL_URL"):
    EMAIL_BACKEND = "reminders.relay.EmailBackend"
    globals().update(env.mail(email_url))
elif PRODUCTION:
    EMAIL_BACKEND = "reminders.relay.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = "localhost", 25
else:
    EMAIL_BACKEND = "reminders.mailbox.EmailBackend"

# Numbers -------------------------------------------------------------------------------------------------
# So many stale rollups are read from the entries themselves; beyond, pages say that numbers are being updated.
STALE_ROLLUPS_READ_LIVE = env.number("STALE_ROLLUPS_READ_LIVE", 20_000)

# Celery --------------------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it is away
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
    "visibility_timeout": 3600,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "reminders.tasks.watch": {"queue": "default"},  # reckons, and must not hold up mail
    "reminders.tasks.*": {"queue": "mail"},
    "connectors.tasks.*": {"queue": "imports"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # kB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 1000
CELERY_TIMEZONE = "UTC"
CELERY_ACCEPT_CONTENT = ["json"]
# Intervals in UTC, never local times: what is due in whose zone is the sweep's question, not the clock's.
# A tick tells nothing but the time, so a pile of them after an outage is worked off in moments. It is dropped after
# hours only: `expires` is compared by the clock of the worker, which may be wrong.
_TICK = {"expires": 2 * 3600}
CELERY_BEAT_SCHEDULE = {
    "sweep-reminders": {"task": "reminders.tasks.sweep", "schedule": 15.0, "options": _TICK},
    "send-mail": {"task": "reminders.tasks.send_due", "schedule": 5.0, "options": _TICK},
    "refresh-rollups": {"task": "kpis.tasks.refresh_rollups", "schedule": 5.0, "options": _TICK},
    "forecast-goals": {"task": "goals.tasks.refresh_forecasts", "schedule": 120.0, "options": _TICK},
    "watch-goals": {"task": "reminders.tasks.watch", "schedule": 120.0, "options": _TICK},
    "store-standings": {"task": "goals.tasks.refresh_standings", "schedule": 5.0, "options": _TICK},
    "forget-old-mail": {"task": "reminders.tasks.forget_old_mail", "schedule": 3600.0, "options": _TICK},
    "begin-day": {"task": "goals.tasks.begin_day", "schedule": 60.0, "options": _TICK},
    "start-goals": {"task": "goals.tasks.start_agreed", "schedule": 60.0, "options": _TICK},
    "repeat-goals": {"task": "goals.tasks.repeat_goals", "schedule": 300.0, "options": _TICK},
    "close-goals": {"task": "goals.tasks.close_ended", "schedule": 300.0, "options": _TICK},
}

# Audit ---------------------------------------------------------------------------------------------------
# The context (user, address, request id) is stored in the event's own row: no shared table that the application
# role would have to update. That role may only insert into event tables and read them (teams.grants).
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
# The audit's triggers are installed as the code says at the end of every migrate (teams.apps), not by migrations of
# their own: a column more is one operation and no rewriting of three triggers.
PGTRIGGER_MIGRATIONS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")},
}

if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG is for nobody's production")
