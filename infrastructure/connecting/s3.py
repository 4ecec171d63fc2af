"""A try of object storage that speaks S3: write a small object, read it again, delete it.

What a project needs is to write, and no question about rights answers that: a policy may stand at the bucket, the key,
or above both. Requests are signed by AWS Signature Version 4 (botocore's) and leave by `console.outbound`: to addresses
that were checked, until a deadline, no redirect followed.
"""

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.utils.translation import gettext_noop

from console import outbound
from console.dialing import left
from console.outbound import Answer, NotReached
from infrastructure.connecting.findings import (
    NOBODY,
    NOT_ENCRYPTED,
    SILENT,
    UNREACHABLE,
    NotWorking,
)
from infrastructure.models.engine import Stage

# Below this prefix; each try has a name of its own, for two may be made at once.
PREFIX: Final = ".console-check/"
CONTENT: Final = b"Console was here to see whether it may write. You can delete this."

# There is no field here for an authority of one's own, as PostgreSQL has it.
NOT_PROVEN = gettext_noop(
    "No encrypted connection with a certificate that browsers trust for this host. Check the endpoint, and its"
    " certificate."
)
NOT_S3 = gettext_noop("What answers there does not speak S3. Check the endpoint.")
MOVED = gettext_noop(
    "The storage sends us on to another address, which we do not follow. Enter that endpoint and region."
)
IN_TROUBLE = gettext_noop("The storage has a problem of its own. Try again in a moment.")
WRONG_KEY = gettext_noop("The storage does not know this access key.")
WRONG_SECRET = gettext_noop("The secret access key is not the one of this access key.")
WRONG_REGION = gettext_noop("The region is not that of the bucket.")
WRONG_TIME = gettext_noop("The clock of the storage is not right, or ours is not.")
KEPT_OUT = gettext_noop("The storage has refused this key.")
NO_BUCKET = gettext_noop("There is no bucket of this name.")
NOT_WRITABLE = gettext_noop(
    "This key may not write into the bucket. Allow PutObject below .console-check/ and for your data."
)
NOT_READABLE = gettext_noop("This key may write into the bucket, but not read. Allow GetObject, too.")
NOT_DELETABLE = gettext_noop("This key may write into the bucket, but not delete. Allow DeleteObject, too.")
NOT_KEPT = gettext_noop("What we wrote is not what we read again.")

# Why nothing came back.
REASONS: Final[Mapping[str, tuple[Stage, str]]] = {
    outbound.SILENT: (Stage.NETWORK, SILENT),
    outbound.UNREACHABLE: (Stage.NETWORK, UNREACHABLE),
    outbound.NONSENSE: (Stage.NETWORK, NOT_S3),
    outbound.INSECURE: (Stage.TLS, NOT_PROVEN),
    outbound.NOT_HTTPS: (Stage.TLS, NOT_ENCRYPTED),
}
# By the code in the answer (Amazon S3, *Error responses*); others speak the same words.
CODES: Final[Mapping[str, tuple[Stage, str]]] = {
    "InvalidAccessKeyId": (Stage.SIGN_IN, WRONG_KEY),
    "SignatureDoesNotMatch": (Stage.SIGN_IN, WRONG_SECRET),
    "AuthorizationHeaderMalformed": (Stage.SIGN_IN, WRONG_REGION),
    "IllegalLocationConstraintException": (Stage.SIGN_IN, WRONG_REGION),
    "RequestTimeTooSkewed": (Stage.SIGN_IN, WRONG_TIME),
    "ExpiredToken": (Stage.SIGN_IN, KEPT_OUT),
    "InvalidToken": (Stage.SIGN_IN, KEPT_OUT),
    "InvalidSecurity": (Stage.SIGN_IN, KEPT_OUT),
    "AccountProblem": (Stage.SIGN_IN, KEPT_OUT),
    "NotSignedUp": (Stage.SIGN_IN, KEPT_OUT),
    "NoSuchBucket": (Stage.RIGHTS, NO_BUCKET),
    "InvalidBucketName": (Stage.RIGHTS, NO_BUCKET),
    "PermanentRedirect": (Stage.NETWORK, MOVED),
    "TemporaryRedirect": (Stage.NETWORK, MOVED),
}
# What the refusal of each request means, where it has no code of those.
FORBIDDEN: Final = {"PUT": NOT_WRITABLE, "GET": NOT_READABLE, "DELETE": NOT_DELETABLE}
_CODE: Final = re.compile(rb"<Code>([A-Za-z]{1,60})</Code>")


def try_s3(config: Mapping[str, Any], secret: str, deadline: float) -> None:
    """Write, read and delete a small object in the bucket that ``config`` names, with the secret access key ``secret``.

    ``deadline``: of `time.monotonic`. Raises NotWorking. What was written is deleted also where it cannot be read.
    """
    signing = S3SigV4Auth(Credentials(config["access_key_id"], secret), "s3", config["region"])
    url = address_of(config) + PREFIX + secrets.token_hex(16)

    def ask(method: str, body: bytes | None = None) -> Answer:
        return _asked(signing, method, url, body, deadline)

    ask("PUT", CONTENT)
    try:
        kept = ask("GET").body
    except NotWorking:
        # The first thing that is wrong is told.
        with suppress(NotWorking):
            ask("DELETE")
        raise
    ask("DELETE")
    if kept != CONTENT:
        raise NotWorking(Stage.RIGHTS, NOT_KEPT)


def address_of(config: Mapping[str, Any]) -> str:
    """The address of the bucket, with a slash at its end: below the endpoint, or as a part of its name."""
    endpoint, bucket = config["endpoint"], config["bucket"]
    if config["path_style"]:
        return f"{endpoint}/{bucket}/"
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{bucket}.{parts.netloc}/"


def _asked(signing: S3SigV4Auth, method: str, url: str, body: bytes | None, deadline: float) -> Answer:
    """The answer to a request, if it is a yes. Raises NotWorking."""
    wanted = AWSRequest(method=method, url=url, data=body or b"")
    signing.add_auth(wanted)
    try:
        answer = outbound.request(method, url, body=body, headers=dict(wanted.headers.items()), timeout=left(deadline))
    except NotReached as problem:
        raise NotWorking(*REASONS.get(problem.sentence, (Stage.NAME, NOBODY))) from None
    if answer.is_success:
        return answer
    raise _refusal(method, answer)


def _refusal(method: str, answer: Answer) -> NotWorking:
    found = _CODE.search(answer.body)
    if found and (known := CODES.get(found[1].decode())):
        return NotWorking(*known)
    if answer.status in range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST):
        return NotWorking(Stage.NETWORK, MOVED)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotWorking(Stage.NETWORK, IN_TROUBLE)
    if answer.status == HTTPStatus.FORBIDDEN:
        return NotWorking(Stage.RIGHTS, FORBIDDEN[method])
    return NotWorking(Stage.NETWORK, NOT_S3)
