"""The ways to come in with a key, as OpenAPI's security schemes."""

from typing import Any, Final

SCHEMES: Final[dict[str, dict[str, Any]]] = {
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": 'The key is the user name, its secret the password: `curl -u "$CONSOLE_KEY:$CONSOLE_SECRET"`.',
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token for a short time, from POST /api/v1/tokens: it goes where the secret must not.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": (
            "A signed request; the secret stays where it is. `EXO2-HMAC-SHA256 credential=<key>,"
            "signed-query-args=<a;b>,expires=<seconds since 1970>,signature=<base64>`: the HMAC-SHA256, with the"
            " secret, of these, joined by line feeds: method and path (`GET /api/v1/members`); the body; the values of"
            " the signed arguments in the order of their names, joined without anything between them; an empty line;"
            " the expiry, at most ten minutes ahead. Every argument must be signed, and none may stand twice."
        ),
    },
}
