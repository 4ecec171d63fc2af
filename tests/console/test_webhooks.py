"""Signed messages, against the example of Standard Webhooks, computed by its own library."""

from datetime import UTC, datetime, timedelta

import pytest

from console.webhooks import NotSigned, key_of, signature, verify

# From the test vectors of the specification's repository.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
NOW = datetime.fromtimestamp(AT, UTC)


def headers(**changes: str) -> dict[str, str]:
    given = {"webhook-id": MESSAGE, "webhook-timestamp": str(AT), "webhook-signature": SIGNATURE}
    return {**given, **{name.replace("_", "-"): value for name, value in changes.items()}}


def test_the_example_of_the_specification_is_signed_as_it_says() -> None:
    assert signature(SECRET, message_id=MESSAGE, at=NOW, body=BODY) == SIGNATURE
    verify(SECRET, headers=headers(), body=BODY, now=NOW)


def test_one_of_several_signatures_is_enough() -> None:
    verify(SECRET, headers=headers(webhook_signature=f"v1,AAAA {SIGNATURE} v2,zzz"), body=BODY, now=NOW)


@pytest.mark.parametrize(
    ("changes", "body", "seconds"),
    [
        ({"webhook_id": "msg_other"}, BODY, 0),
        ({"webhook_id": ""}, BODY, 0),
        ({"webhook_timestamp": str(AT + 1)}, BODY, 0),
        ({"webhook_timestamp": "soon"}, BODY, 0),
        ({"webhook_timestamp": "9" * 400}, BODY, 0),
        ({"webhook_timestamp": "٣"}, BODY, 0),
        ({"webhook_signature": ""}, BODY, 0),
        ({"webhook_signature": SIGNATURE.replace("v1,", "")}, BODY, 0),
        ({"webhook_signature": SIGNATURE.replace("v1,", "v2,")}, BODY, 0),
        ({"webhook_signature": "v1,é"}, BODY, 0),
        ({}, b'{"test": 2432232315}', 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
    ],
)
def test_anything_else_is_refused(changes: dict[str, str], body: bytes, seconds: int) -> None:
    with pytest.raises(NotSigned):
        verify(SECRET, headers=headers(**changes), body=body, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_c2hvcnQ=", "not base64!", ""])
def test_a_secret_that_is_none_is_told(secret: str) -> None:
    with pytest.raises(ValueError, match="A secret"):
        key_of(secret)
