"""Every problem that has an address of its own: its code, and what to do about it, for the page of the API.

A code never changes within a version; a test compares this list with the codes that the program raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

# What an action refused: its own code, of which there are many, says why. All share this place on the page.
REFUSED = "refused"


@dataclass(frozen=True)
class Entry:
    """A kind of problem: its ``status``, and a sentence or two for who gets it."""

    status: HTTPStatus
    help: Any


CATALOGUE: Final[Mapping[str, Entry]] = {
    "bad-request": Entry(HTTPStatus.BAD_REQUEST, _("The request makes no sense, for instance its host or a header.")),
    "bad-json": Entry(
        HTTPStatus.BAD_REQUEST,
        _("The body is not JSON in UTF-8, names something twice, is nested too deep, or has NaN or Infinity in it."),
    ),
    "cut-off": Entry(HTTPStatus.BAD_REQUEST, _("The connection ended in the middle of the body. Send it again.")),
    "entity-tag": Entry(
        HTTPStatus.BAD_REQUEST,
        _("If-Match takes what ETag said, in its quotes, several with commas between them, or *."),
    ),
    "idempotency-key": Entry(
        HTTPStatus.BAD_REQUEST, _("An Idempotency-Key has 1 to 255 printable ASCII characters; a UUID is a good one.")
    ),
    "no-key": Entry(HTTPStatus.UNAUTHORIZED, _("The request came without a key, or in a form that cannot be read.")),
    "bad-credentials": Entry(
        HTTPStatus.UNAUTHORIZED,
        _("What follows the scheme in Authorization cannot be read; the detail says which part."),
    ),
    "wrong-key": Entry(
        HTTPStatus.UNAUTHORIZED, _("There is no such key, or the secret is not its own; which of them, nobody is told.")
    ),
    "wrong-token": Entry(HTTPStatus.UNAUTHORIZED, _("There is no such token, or no longer. Ask for another one.")),
    "token-expired": Entry(HTTPStatus.UNAUTHORIZED, _("The token has ended. Ask for another one.")),
    "token-used": Entry(
        HTTPStatus.UNAUTHORIZED,
        _("For servers: a connection token works once. If the answer was lost, make another one and connect again."),
    ),
    "not-connected": Entry(
        HTTPStatus.UNAUTHORIZED,
        _("For servers: somebody disconnected this server, or its secret was replaced. Connect it with a new token."),
    ),
    "no-secret": Entry(HTTPStatus.UNAUTHORIZED, _("The key has no secret yet. Make one on the page “API keys”.")),
    "expired": Entry(HTTPStatus.UNAUTHORIZED, _("The key has reached its end. Make another one.")),
    "revoked": Entry(HTTPStatus.UNAUTHORIZED, _("Somebody revoked the key. Make another one.")),
    "former-member": Entry(HTTPStatus.UNAUTHORIZED, _("The key was somebody's who is no longer a member.")),
    "account-locked": Entry(HTTPStatus.UNAUTHORIZED, _("The account of the key's holder is locked.")),
    "closed": Entry(HTTPStatus.UNAUTHORIZED, _("The organization of the key is closed.")),
    "network": Entry(
        HTTPStatus.UNAUTHORIZED, _("The key may be used from its allowed networks only, and you are in none of them.")
    ),
    "wrong-signature": Entry(
        HTTPStatus.UNAUTHORIZED,
        _("What was signed is not what arrived: compare method, path, body, arguments and expiry, line by line."),
    ),
    "signature-expired": Entry(HTTPStatus.UNAUTHORIZED, _("The expiry of the signature is past. Is your clock right?")),
    "signature-too-long": Entry(HTTPStatus.UNAUTHORIZED, _("A signature expires within ten minutes.")),
    "signature-used": Entry(
        HTTPStatus.UNAUTHORIZED, _("The same signed request was sent before. Sign it anew, with another expiry.")
    ),
    "repeated-arguments": Entry(HTTPStatus.UNAUTHORIZED, _("A signed request has each argument once.")),
    "unsigned-arguments": Entry(HTTPStatus.UNAUTHORIZED, _("Every argument of a signed request is signed.")),
    "not-signed": Entry(
        HTTPStatus.UNAUTHORIZED,
        _("For backends: sign id, time and body with the endpoint's secret, anew each time. Is your clock right?"),
    ),
    "second-factor": Entry(
        HTTPStatus.FORBIDDEN, _("The organization asks for a second factor, and the key's holder has none that counts.")
    ),
    "person": Entry(HTTPStatus.CONFLICT, _("This is for a person's own key; the key is the organization's.")),
    "permission": Entry(
        HTTPStatus.FORBIDDEN,
        _("The key, or whoever it belongs to, lacks the permission that the operation names; the detail says which."),
    ),
    "not-found": Entry(
        HTTPStatus.NOT_FOUND,
        _("Nothing is there, or it is another organization's, or personal accounts have no such thing."),
    ),
    "method": Entry(HTTPStatus.METHOD_NOT_ALLOWED, _("The header Allow says which methods this address takes.")),
    REFUSED: Entry(
        HTTPStatus.CONFLICT,
        _(
            "The request was understood, and refused by the same rule as on the pages: the detail says which, and what"
            " to do. Its code names the rule, as “closed” or “last-founder”. What is wrong with one field is a 422."
        ),
    ),
    "changed": Entry(
        HTTPStatus.PRECONDITION_FAILED,
        _("It is no longer as If-Match says. Get it again, look at what changed, and decide anew."),
    ),
    "no-length": Entry(HTTPStatus.LENGTH_REQUIRED, _("Send a body whole, with its Content-Length, not in chunks.")),
    "too-large": Entry(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("A body has at most 1,048,576 bytes.")),
    "not-json": Entry(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Send Content-Type: application/json.")),
    "invalid": Entry(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Fields are missing, unknown, or of the wrong type or length. The errors say what is wrong, field by field."),
    ),
    "cursor": Entry(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Send as “after” what the page before gave as “next”, with the same order. Do not make it up."),
    ),
    "idempotency-key-reused": Entry(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("The same Idempotency-Key was sent before, with another request. Send a new key with a new request."),
    ),
    "webhook-id-reused": Entry(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("For backends: the same webhook-id was sent before, with another message. Each has an id of its own."),
    ),
    "too-many": Entry(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Wait as many seconds as Retry-After says; slow down before RateLimit-Remaining is 0."),
    ),
    "too-many-failures": Entry(
        HTTPStatus.TOO_MANY_REQUESTS, _("Too many wrong keys came from your address. Wait as long as Retry-After says.")
    ),
    "internal": Entry(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("The fault is ours, and nothing was done by half. Tell us the request id if it comes again."),
    ),
    "unavailable": Entry(
        HTTPStatus.SERVICE_UNAVAILABLE, _("We cannot reach our database. Send it again after Retry-After seconds.")
    ),
}
