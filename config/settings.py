"""All settings, one file; what differs between installations comes from the environment (config/environment.py)."""

from pathlib import Path

from celery.schedules import crontab

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Keys that wrap each tenant's own keys, newest first: "2026a:base64,2025a:base64" (32 bytes each).
FIELD_KEYS = env.field_keys("FIELD_KEYS")
# Shown on every page and paper: this installation holds invented people.
DEMO = env.flag("DEMO")

INSTALLED_APPS = [
    "config",
    "payments",
    "evaluations",
    "services",
    "caseload",
    "contracts",
    "documents",
    "tenancy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "axes",
]

MIDDLEWARE = [
    "config.proxy.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenancy.middleware.SessionLimits",
    "tenancy.middleware.NoStore",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
            "builtins": ["tenancy.templatetags.fuyue"],
        },
    }
]

# --- database: the web and worker role owns nothing; only migrations run as the owner -------------------------------
DATABASES = {
    "default": {
        **env.database(env.text("DATABASE_URL"), pool=env.flag("DATABASE_POOL", default=True)),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_fuyue_{env.text('TEST_DB', 'main')}"},
    }
}
# manage.py migrate runs as this role; everything else refuses to start on it.
MIGRATION_DATABASE_URL = env.text("MIGRATION_DATABASE_URL", "")
APP_DATABASE_ROLE = env.text("APP_DATABASE_ROLE", "fuyue_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker, cache -----------------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
CACHES = {"default": env.cache(REDIS_URL)}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200  # a long PDF leaves memory behind
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_timeout": 10, "socket_connect_timeout": 3}
# A measurement takes milliseconds and people wait for it; a report takes a minute: each has a queue and a worker of its own.
CELERY_TASK_ROUTES = {"services.tasks.remeasure": {"queue": "measuring"}}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "remove-expired-exports": {"task": "caseload.tasks.remove_expired_exports", "schedule": 600.0},
    "recover-jobs": {"task": "documents.tasks.recover_jobs", "schedule": 30.0},
    "check-milestones-nightly": {"task": "payments.tasks.check_all_milestones", "schedule": crontab(hour=2, minute=10)},
    "put-amendments-in-force": {
        "task": "services.tasks.put_amendments_in_force",
        "schedule": crontab(hour=0, minute=30),
    },
    # Before the night's measurement, which counts complete files.
    "remove-erased-files-nightly": {
        "task": "caseload.tasks.remove_erased_files",
        "schedule": crontab(hour=2, minute=10),
    },
    "count-files-nightly": {"task": "caseload.tasks.count_files", "schedule": crontab(hour=0, minute=20)},
    "drop-case-files-nightly": {"task": "services.tasks.drop_case_files", "schedule": crontab(hour=3, minute=10)},
    "draft-monthly-reports": {"task": "services.tasks.draft_monthly_reports", "schedule": crontab(hour=1, minute=30)},
    # Registers and tiers of yesterday first, then what is due of it.
    "keep-plans-nightly": {"task": "services.tasks.keep_plans_in_step", "schedule": crontab(hour=0, minute=45)},
    "remind-in-the-morning": {"task": "services.tasks.remind_members", "schedule": crontab(hour=7, minute=30)},
    "measure-what-changed": {"task": "services.tasks.measure_changed_contracts", "schedule": 60.0},
    "measure-nightly": {"task": "services.tasks.measure_all_contracts", "schedule": crontab(hour=1, minute=0)},
}

# --- mail: reminders with numbers and a link, only where a server and this installation's own address are set ------
EMAIL_URL = env.text("EMAIL_URL", "")
SITE_URL = env.text("SITE_URL", "")
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "fuyue@localhost")
globals().update(env.mail(EMAIL_URL))

# --- files -------------------------------------------------------------------------------------------------------
STORAGE_URL = env.text("STORAGE_URL", f"file://{BASE_DIR / '.local' / 'files'}")
# A server build collects the static files under hashed names; a checkout serves them where they lie.
STATIC_MANIFEST = env.flag("STATIC_MANIFEST")
STORAGES = {
    "default": env.storage(STORAGE_URL),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if STATIC_MANIFEST else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o640, 0o750
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_LIMIT = 20 * 1024 * 1024
# The proxy's internal address of the file directory (X-Accel-Redirect); empty: the application sends files itself.
FILES_ACCEL = env.text("FILES_ACCEL", "")

# --- language, time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DATE_FORMAT = "Y-m-d"

# --- sign-in ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "tenancy.sign_in.AccountBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tenancy.sign_in.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tenancy.sign_in.ThreeKindsValidator"},
]
AXES_USERNAME_FORM_FIELD = "username"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: 5 failures lock the pair of account and address for 15 minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "tenancy.views.door.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 30)
SESSION_ABSOLUTE_HOURS = env.number("SESSION_ABSOLUTE_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600

# --- transport and browser safety ---------------------------------------------------------------------------------
HTTPS = env.flag("HTTPS")
# How many reverse proxies of ours stand in front: the sign-in lockout and the audit trail need the caller's address.
PROXY_COUNT = env.number("PROXY_COUNT", 0)
if DEBUG and HTTPS:
    raise env.Unsafe("DEBUG shows the program's inside to everybody: never together with HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked from inside, in plain http
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-fuyue" if HTTPS else "fuyue"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Our address is one name in somebody else's domain: whether its neighbours speak https is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "weasyprint.progress": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
