"""Settings: every one comes from the environment or from the data folder, and is listed in docs/settings.md."""

import os
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from plumbline.config import environment, logs

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_dir()

SECRET_KEY = environment.secret_key(DATA_DIR)
DEBUG = environment.flag("PLUMBLINE_DEBUG", default=False)
ALLOWED_HOSTS = environment.words("PLUMBLINE_HOSTS", default="127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("PLUMBLINE_ORIGINS", default="")

INSTALLED_APPS = [
    "plumbline.web",
    "plumbline.assessment",
    "plumbline.meeting",
    "plumbline.responsibility",
    "plumbline.procedure",
    "plumbline.ballot",
    "plumbline.voice",
    "plumbline.disclosure",
    "plumbline.obligation",
    "plumbline.ledger",
    "plumbline.organisation",
    "plumbline.kernel",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "plumbline.web.ops.proxies.ProxyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "plumbline.web.ops.middleware.RequestLogMiddleware",
    "plumbline.web.log.open_files.OpenFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "plumbline.web.assessment.device.InspectorCookieMiddleware",
    "plumbline.web.middleware.LanguageMiddleware",
    "plumbline.web.middleware.HeadersMiddleware",
    "plumbline.web.middleware.ActorMiddleware",
    "plumbline.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "plumbline.config.urls"
WSGI_APPLICATION = "plumbline.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "plumbline.web.context.page",
            ],
        },
    }
]

DATABASES = {"default": environment.database()}

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [str(path) for path in sorted(PACKAGE.glob("web/*/locale"))] + [
    str(PACKAGE / area / "locale") for area in ("web", "assessment", "ledger", "organisation", "kernel")
]
TIME_ZONE = environment.time_zone()
USE_TZ = True
FORMAT_MODULE_PATH = "plumbline.web.formats"

LOG_ORIGIN = environment.log_origin()  # how the transparency log is called from its first entry on

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Behind a proxy that ends TLS, and only there, its word on scheme and address is taken (docs/running.md).
BEHIND_PROXY = environment.flag("PLUMBLINE_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
LOGGING = logs.configuration(
    os.environ.get("PLUMBLINE_LOG_FORMAT", "console"), os.environ.get("PLUMBLINE_LOG_LEVEL", "INFO").upper()
)
logs.configure_structlog()
METRICS_TOKEN = os.environ.get("PLUMBLINE_METRICS_TOKEN", "")
METRICS_SHARED = "PROMETHEUS_MULTIPROC_DIR" in os.environ  # several processes add up in one folder
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing is asked for by its plain name
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who may come in, and how (docs/adr/0071). Passwords are argon2; guessing is counted by axes, not by allauth as well.
TLS = environment.flag("PLUMBLINE_TLS", default=False)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "plumbline.web.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "plumbline.web.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login_failed": None}
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Plumbline"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS  # browsers allow it on localhost only
# Single sign-on, where the office has it (docs/running.md). A button posts, so that no link can sign anybody in.
SIGN_ON = environment.sign_on()
SOCIALACCOUNT_ADAPTER = "plumbline.web.accounts.adapter.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [SIGN_ON.app] if SIGN_ON else []}}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in our own audit
AXES_VERBOSE = False

# Mail is not needed; without PLUMBLINE_MAIL_HOST none is sent.
EMAIL_HOST = os.environ.get("PLUMBLINE_MAIL_HOST", "")
EMAIL_PORT = environment.integer("PLUMBLINE_MAIL_PORT", default=587, least=1)
EMAIL_HOST_USER = os.environ.get("PLUMBLINE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PLUMBLINE_MAIL_PASSWORD", "")
EMAIL_USE_SSL = environment.choice("PLUMBLINE_MAIL_SECURITY", ("starttls", "tls", "none")) == "tls"
EMAIL_USE_TLS = environment.choice("PLUMBLINE_MAIL_SECURITY", ("starttls", "tls", "none")) == "starttls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("PLUMBLINE_MAIL_FROM", "plumbline@localhost")
SENDS_MAIL = bool(EMAIL_HOST)

# Sessions last one working day and end with the browser.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True

# What the browser may load and do here (docs/adr/0070): our own files, nothing inline, nothing evaluated.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
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
        "worker-src": ["'self'"],
        "form-action": ["'self'", *([SIGN_ON.origin] if SIGN_ON else [])],  # browsers hold redirects of forms to it
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        **({"upgrade-insecure-requests": True} if TLS else {}),
    }
}

PLUMBLINE_EVIDENCE_LIMIT = environment.integer("PLUMBLINE_EVIDENCE_LIMIT", default=30 * 1024 * 1024, least=1024)
PLUMBLINE_EVIDENCE_TYPES = environment.words("PLUMBLINE_EVIDENCE_TYPES", default="")
PLUMBLINE_NOTIFY_URLS = environment.words("PLUMBLINE_NOTIFY_URLS", default="")
