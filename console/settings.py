"""Every setting, driven by the environment.

Without any variable the embedded engines run: SQLite, a cache in memory, tasks in the same process, mail kept for
``/mailbox/``. Each variable is read once, here, and described where it is read; ``docs/operating.md`` lists them.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django.forms
import django_stubs_ext
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from console import providers

# Generic classes of Django's may be subscripted, as the type checker wants it.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()

# DEBUG: pages with tracebacks, /styleguide/ and /mailbox/. Off unless said otherwise; bin/dev turns it on.
DEBUG = env.bool("DEBUG", False)

# SECRET_KEY: signs links and sessions; SECRET_KEY_FALLBACKS: the former ones, still accepted, comma separated.
SECRET_KEY = env.str("SECRET_KEY", "only-for-development-and-refused-by-check-deploy" if DEBUG else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# ENCRYPTION_KEYS: encrypt what must be read again (an authenticator's secret), the newest first, comma separated; the
# others still open what they closed. Without it, keys made of SECRET_KEY and its fallbacks.
ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS", [])

# SITE_URL: where people reach this console; links in mails begin with it.
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
# ALLOWED_HOSTS: host names this console answers to, comma separated.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# TRUSTED_PROXY_COUNT: how many proxies of yours stand in front; X-Forwarded-For is believed for just so many.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# BRAND_NAME: what this console calls itself.
BRAND_NAME = env.str("BRAND_NAME", "Console")
# GEOIP_FILE: path of a GeoIP2 or GeoLite2 City file (.mmdb): where an address is, in lists of sessions and in mails.
GEOIP_FILE = env.str("GEOIP_FILE", "")
# CONSOLE_POLICY: the set of rules (organizations/policies.py).
CONSOLE_POLICY = env.str("CONSOLE_POLICY", "default")

INSTALLED_APPS = [
    # First, so that its templates and commands come before Django's.
    "console.apps.ConsoleConfig",
    "console.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "django_otp",
    "outbox.apps.OutboxConfig",
    "audit.apps.AuditConfig",
    "accounts.apps.AccountsConfig",
    # After the user model, which it asks for while it is imported.
    "django_otp_webauthn",
    "organizations.apps.OrganizationsConfig",
    "guardian",
    "projects.apps.ProjectsConfig",
    "billing.apps.BillingConfig",
    "infrastructure.apps.InfrastructureConfig",
    "support.apps.SupportConfig",
]

MIDDLEWARE = [
    "console.middleware.RequestOrigin",
    # Outside of whatever may answer with a page.
    "console.api.middleware.ApiAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "console.compression.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    # Before what reads the Host header.
    "console.health.Probes",
    "console.middleware.PrivatePages",
    "accounts.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.SessionActivity",
    "accounts.middleware.Region",
    "accounts.middleware.BrowserCookie",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.gates.AskForTerms",
    "accounts.gates.RequireFactor",
    "organizations.middleware.OrganizationContext",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        # Our pages, then the widgets that Django ships for Jinja2.
        "DIRS": [BASE_DIR / "templates", Path(django.forms.__file__).parent / "jinja2"],
        "OPTIONS": {
            "environment": "console.templating.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "console.templating.frame",
                "accounts.context.cookies",
                "organizations.context.contexts",
                "billing.context.payments",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "console.forms.Renderer"

# DATABASE_URL: postgres://user:password@host/name?sslmode=verify-full, options of libpq's; without it, SQLite in var/.
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'console.sqlite3'}")}
_options = DATABASES["default"].get("OPTIONS", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Not in the repository, and SQLite makes files but no directories.
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = _options | {
        # One writer at a time, decided when the transaction begins: what select_for_update does elsewhere.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # DATABASE_POOL: connections that one process keeps at most.
    _pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "timeout": 5}
    DATABASES["default"]["OPTIONS"] = _options | {"pool": _pool}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# REDIS_URL: broker and cache; without it tasks run in this process and the cache is its memory.
REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "console.cache.ResilientRedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Sessions stay in the database: they must survive the cache. Ours say whose they are (accounts/models/session.py).
SESSION_ENGINE = "accounts.sessions.engine"

# Mail goes through Django's API into the outbox; what leaves it goes through the transport.
# EMAIL_URL: smtp://user:password@host:587/?tls=true; without it mail is only kept for /mailbox/.
EMAIL_URL = env.str("EMAIL_URL", "")
# DEFAULT_FROM_EMAIL: the sender of all mail.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{BRAND_NAME} <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "outbox.backends.OutboxBackend"}}
if EMAIL_URL:
    _mail = env.dj_email_url("EMAIL_URL")
    MAILERS["transport"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail["EMAIL_HOST"],
            "port": _mail["EMAIL_PORT"],
            "username": _mail["EMAIL_HOST_USER"],
            "password": _mail["EMAIL_HOST_PASSWORD"],
            "use_tls": _mail["EMAIL_USE_TLS"],
            "use_ssl": _mail["EMAIL_USE_SSL"],
            "timeout": 10,
        },
    }
else:
    MAILERS["transport"] = {"BACKEND": "outbox.backends.MailboxBackend"}

# BOUNCE_HOOK_SECRET: what a mail provider signs its reports with, to /hooks/bounces/; whsec_ and base64.
BOUNCE_HOOK_SECRET = env.str("BOUNCE_HOOK_SECRET", "")

# Text messages go through the outbox as well, and leave it through a gateway.
# SMS_GATEWAY: console (kept for /mailbox/), twilio, or the dotted path of a class of yours; without it, nobody is
# offered codes by text message.
SMS_GATEWAY = env.str("SMS_GATEWAY", "console" if DEBUG else "")
# SMS_COUNTRIES: whose numbers may get codes, as FR,BE,CH; without it, every country's.
SMS_COUNTRIES: list[str] = env.list("SMS_COUNTRIES", [], subcast=str.upper)
# TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: who sends; TWILIO_FROM: a number of yours or a messaging service (MG…);
# TWILIO_URL: another region's address of Twilio's API.
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", "")
TWILIO_FROM = env.str("TWILIO_FROM", "")
TWILIO_URL = env.str("TWILIO_URL", "https://api.twilio.com").rstrip("/")

# OUTBOUND_ALLOWED_NETWORKS: networks of yours that addresses which customers type may lead into (receivers of events),
# as 10.1.2.0/24,fd00::/64, also over plain HTTP; without it, the public internet alone, over HTTPS.
OUTBOUND_ALLOWED_NETWORKS = tuple(
    ip_network(network)
    for network in env.list("OUTBOUND_ALLOWED_NETWORKS", ["127.0.0.0/8", "::1/128"] if DEBUG else [])
)

# DNS_SERVERS: whom to ask for the records that prove domain names, as 10.0.0.2,10.0.0.3:5353; without it, the servers
# that the machine itself asks.
DNS_SERVERS: list[str] = env.list("DNS_SERVERS", [])
# CERTIFICATE_AUTHORITIES: path of a PEM file of further authorities that certificates of customers may come from.
CERTIFICATE_AUTHORITIES = env.str("CERTIFICATE_AUTHORITIES", "")
# SUPPORT_REPLY_ADDRESS: where answers to tickets by mail arrive, as support@example.com; each mail about a ticket says
# support+<what only its reader knows>@example.com. INBOUND_MAIL_SECRET: what your mail provider signs what arrives
# there with, to /hooks/mail/; whsec_ and base64. Without both, nobody can answer by mail.
SUPPORT_REPLY_ADDRESS = env.str("SUPPORT_REPLY_ADDRESS", "")
INBOUND_MAIL_SECRET = env.str("INBOUND_MAIL_SECRET", "")

# What /help/ names; what is not set is not shown. HELP_CENTRE_URL: documentation; COMMUNITY_URL: a channel where people
# help each other; COMMUNITY_NAME: what that is called; TICKETS_URL: where people open a ticket outside of this console;
# SUPPORT_EMAIL: an address that people may write to.
HELP_CENTRE_URL = env.str("HELP_CENTRE_URL", "")
COMMUNITY_URL = env.str("COMMUNITY_URL", "")
COMMUNITY_NAME = env.str("COMMUNITY_NAME", "Discord")
TICKETS_URL = env.str("TICKETS_URL", "")
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", "")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.entrance.backends.AddressBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.validators.MaximumLength"},
    {"NAME": "accounts.passwords.validators.Guessable"},
    {"NAME": "accounts.passwords.validators.ContextWords"},
    {"NAME": "accounts.passwords.validators.Breached"},
]
# BREACHED_PASSWORDS_FILE: path of a sorted list of SHA-1 digests, as Have I Been Pwned offers; its passwords are
# refused.
BREACHED_PASSWORDS_FILE = env.str("BREACHED_PASSWORDS_FILE", "")
# REQUIRE_SECOND_FACTOR: everybody sets up a second factor before anything else; staff have to in any case.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", False)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.entrance.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.LoginForm",
    "signup": "accounts.forms.entrance.SignupForm",
    "reset_password": "accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.passwords.ResetPasswordKeyForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.entrance.backends.ResetTokens"  # noqa: S105 -- a class, not a password
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 7
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]

# GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET: what Google and GitHub know this
# console by; without both of one, nobody is offered it. OIDC_PROVIDERS: OpenID Connect providers, a list in JSON.
SOCIALACCOUNT_PROVIDERS = providers.for_allauth(
    {
        "google": (env.str("GOOGLE_CLIENT_ID", ""), env.str("GOOGLE_CLIENT_SECRET", "")),
        "github": (env.str("GITHUB_CLIENT_ID", ""), env.str("GITHUB_CLIENT_SECRET", "")),
    },
    env.json("OIDC_PROVIDERS", []),
)
SOCIALACCOUNT_ADAPTER = "accounts.providers.adapter.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.linked_accounts.ProviderSignupForm"}
# Who is at a provider is all that is asked of it: nothing is kept that would act there.
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
# Seconds that a provider has for each answer; a sign-in waits for three.
SOCIALACCOUNT_REQUESTS_TIMEOUT = 4

# A passkey belongs to the host of SITE_URL: under another name of the same console it does not work.
_site = urlsplit(SITE_URL.lower())
OTP_WEBAUTHN_CREDENTIAL_MODEL = "accounts.Passkey"
OTP_WEBAUTHN_RP_ID = _site.hostname or ""
OTP_WEBAUTHN_RP_NAME = BRAND_NAME
OTP_WEBAUTHN_ALLOWED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
# Of the package's own pages, which are not used; ours sign in through the same steps as a password.
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False

# API_REQUESTS_PER_MINUTE: how many requests one API key may make in a minute.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 600, validate=validate.Range(min=1))

# django-guardian keeps who was granted what in one project, and answers for nothing else: it has no user of its own for
# visitors, and `user.has_perm`, with which staff's permissions are asked, knows nothing of it (W001, silenced below).
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

# What makes services, by what the catalogue calls it (projects/provisioners/); a class of yours by its dotted path.
PROVISIONERS = {
    "instant": "projects.provisioners.instant.Instant",
    "webhook": "projects.provisioners.webhook.Webhook",
}
# PROVISIONERS: further ones, with a comma between them: name=dotted.path.Class.
PROVISIONERS |= env.dict("PROVISIONERS", {})
# CURRENCY: what prices and funds are in (ISO 4217). It stays what it is once something was paid.
CURRENCY = env.str("CURRENCY", "EUR")

# Where payments come from, by what they are called (billing/gateways/).
GATEWAYS = {
    "sandbox": "billing.gateways.sandbox.Sandbox",
    "stripe": "billing.gateways.stripe.Stripe",
}
# GATEWAYS: further ones, with a comma between them: name=dotted.path.Class.
GATEWAYS |= env.dict("GATEWAYS", {})
# PAYMENT_GATEWAY: the one that new payments go through: sandbox (no money moves), stripe, or one of yours.
PAYMENT_GATEWAY = env.str("PAYMENT_GATEWAY", "sandbox")
# STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET: of your account there; STRIPE_URL: another address of its API.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "")
STRIPE_URL = env.str("STRIPE_URL", "")
# PAYMENT_PAGES: where forms may lead to, comma separated (https://pay.example.com): the pages of a gateway of yours, or
# your own domain at Stripe.
PAYMENT_PAGES = providers.payment_origins(env.list("PAYMENT_PAGES", []), STRIPE_SECRET_KEY)
# SELLER_NAME, SELLER_ADDRESS (lines with | between them), SELLER_COUNTRY (a code of ISO 3166-1), SELLER_VAT_NUMBER,
# SELLER_EMAIL: who sells, as invoices say it; without a VAT number no VAT is charged.
SELLER_NAME = env.str("SELLER_NAME", "") or BRAND_NAME
SELLER_ADDRESS: list[str] = [line.strip() for line in env.str("SELLER_ADDRESS", "").split("|") if line.strip()]
SELLER_COUNTRY = env.str("SELLER_COUNTRY", "").upper()
SELLER_VAT_NUMBER = env.str("SELLER_VAT_NUMBER", "")
SELLER_EMAIL = env.str("SELLER_EMAIL", "")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
# MEDIA_ROOT: the directory of what people upload and export; web processes and workers share it.
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Exports of people's data are among them: nobody else on the machine reads them.
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "console.static.BundledStaticStorage"
    },
}

# No inline script or style, nothing from another host.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    # Browsers apply it to what a form is answered with, too: the provider's page, the page on which one pays.
    "form-action": [CSP.SELF, *providers.authorization_origins(SOCIALACCOUNT_PROVIDERS), *PAYMENT_PAGES],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
_https = SITE_URL.startswith("https://")
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# HSTS_SECONDS: for how long browsers insist on HTTPS once they have seen it; HSTS_SUBDOMAINS, HSTS_PRELOAD: say so for
# all names below the host, and ask browsers to know it beforehand.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 3600 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
# Nobody can take back a promise for other hosts, or a place in browsers' lists: that is the operator's to make, so
# check --deploy does not ask for subdomains (W005) and preloading (W021).
# Over plain HTTP browsers offer no passkeys, which the pages say; all else works, for a trial (E031).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "otp_webauthn.E031", "guardian.W001"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
# SESSION_IDLE_DAYS: a session that nobody uses ends after so many days; SESSION_MAX_DAYS: every session ends so many
# days after the sign-in, however much it is used.
SESSION_IDLE_DAYS = env.int("SESSION_IDLE_DAYS", 14)
SESSION_MAX_DAYS = env.int("SESSION_MAX_DAYS", 30)
# The cookie may stay that long; whether it still opens anything, its row says.
SESSION_COOKIE_AGE = 60 * 60 * 24 * SESSION_MAX_DAYS
# COOKIE_CATEGORIES: what optional cookies of yours are for, comma separated: statistics, marketing, support. People are
# asked about each, and your snippets ask `cookie_choice.allows("statistics")`.
COOKIE_CATEGORIES: list[str] = env.list(
    "COOKIE_CATEGORIES", [], validate=validate.ContainsOnly(["statistics", "marketing", "support"])
)
CSRF_FAILURE_VIEW = "console.views.csrf_failure"

# LOG_FORMAT: json, or lines for a person; LOG_LEVEL: from which level on.
LOGGING_CONFIG = "console.logs.configure"
LOGGING = {"format": env.str("LOG_FORMAT", "lines" if DEBUG else "json"), "level": env.str("LOG_LEVEL", "INFO")}

# CONSOLE_PERIODIC: run periodic tasks in a thread of the development server, on the embedded engines; bin/dev sets it.
PERIODIC = env.bool("CONSOLE_PERIODIC", False)
