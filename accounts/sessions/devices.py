"""What a browser says of itself, in words that a person knows: "Firefox 140 on Linux"."""

from functools import cache, lru_cache
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _
from ua_parser import Domain, UserAgent, load_lazy_builtins
from ua_parser.regex import Resolver

# Browsers as their users call them, by the names that ua-parser gives them.
BROWSERS = {
    **{
        name: name
        for name in (
            "Brave", "Chrome", "Chromium", "DuckDuckGo", "Edge", "Epiphany", "Falkon", "Firefox", "HeadlessChrome",
            "IE", "Konqueror", "Opera", "Opera GX", "SeaMonkey", "Safari", "Samsung Internet", "Vivaldi", "Wget",
            "curl",
        )
    },
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Edge Mobile": "Edge",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera Mobile": "Opera",
    # Programs, which come in with API keys.
    **{
        name: name
        for name in (
            "Apache-HttpClient", "Go-http-client", "HTTPie", "Java", "PostmanRuntime", "Python Requests",
            "Python aiohttp", "Python-urllib", "axios", "insomnia", "okhttp", "reqwest",
        )
    },
}  # fmt: skip
# Systems likewise.
SYSTEMS = {
    **{
        name: name
        for name in (
            "Android", "Arch Linux", "Chrome OS", "Debian", "Fedora", "FreeBSD", "HarmonyOS", "KaiOS", "Linux",
            "OpenBSD", "Ubuntu", "Windows", "iOS",
        )
    },
    "Mac OS X": "macOS",
    "Red Hat": "Red Hat Linux",
}  # fmt: skip
HANDHELD = frozenset({"Android", "HarmonyOS", "KaiOS", "iOS"})

type Icon = Literal["laptop", "smartphone"]


class _Device(NamedTuple):
    """A parsed description; empty where it says nothing."""

    browser: str
    system: str
    icon: Icon


def device_name(user_agent: str) -> str:
    """Name the browser and the system of a User-Agent header, in the reader's language.

    The header may say anything, and mails repeat it: only names that stand here, and a number.
    """
    device = _parse(user_agent)
    if device.browser and device.system:
        return _("%(browser)s on %(system)s") % {"browser": device.browser, "system": device.system}
    return device.browser or device.system or _("Unknown device")


def device_icon(user_agent: str) -> Icon:
    """The name of the icon that stands beside a device."""
    return _parse(user_agent).icon


@lru_cache(maxsize=1024)
def _parse(user_agent: str) -> _Device:
    # What no header can hold is none of ours to judge.
    text = user_agent.encode(errors="replace").decode()
    found = _resolver()(text, Domain.USER_AGENT | Domain.OS)
    browser = _browser(found.user_agent) if found.user_agent else ""
    system = SYSTEMS.get(found.os.family, "") if found.os else ""
    return _Device(browser, system, "smartphone" if system in HANDHELD else "laptop")


def _browser(found: UserAgent) -> str:
    name, version = BROWSERS.get(found.family, ""), found.major or ""
    return f"{name} {version[:4]}" if name and version.isdigit() else name


@cache
def _resolver() -> Resolver:
    # Its expressions run in linear time, whatever the header says. A hundred milliseconds, once; without those for
    # models of phones, which take longer and which nobody needs here.
    user_agents, systems, _models = load_lazy_builtins()
    return Resolver((user_agents, systems, []))
