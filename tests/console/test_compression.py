"""Answers go out as small as the browser allows."""

import gzip
from typing import Any

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from console.compression import CompressionMiddleware

PAGE = b"<!doctype html>" + b"<p>A line of the page.</p>" * 50


def answer(accepts: str, response: HttpResponseBase | None = None) -> Any:
    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    middleware = CompressionMiddleware(lambda _request: response or HttpResponse(PAGE))
    return middleware(request)


def test_a_page_is_sent_with_brotli() -> None:
    response = answer("gzip, deflate, br, zstd")
    assert response["Content-Encoding"] == "br"
    assert response["Vary"] == "Accept-Encoding"
    assert brotli.decompress(response.content).startswith(PAGE)
    assert response["Content-Length"] == str(len(response.content))


def test_its_size_tells_nothing() -> None:
    assert len({len(answer("br").content) for _ in range(50)}) > 10


@pytest.mark.parametrize("accepts", ["gzip", "gzip, br;q=0"])
def test_who_does_not_take_brotli_gets_gzip(accepts: str) -> None:
    response = answer(accepts)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == PAGE


def test_who_takes_neither_gets_it_as_it_is() -> None:
    assert answer("identity").content == PAGE


@pytest.mark.parametrize(
    "response",
    [HttpResponse(b"short"), HttpResponse(PAGE, headers={"Content-Encoding": "zstd"})],
    ids=["short", "encoded"],
)
def test_what_is_short_or_encoded_stays(response: HttpResponse) -> None:
    before = response.content
    assert answer("br", response).content == before


def test_a_stream_stays_a_stream() -> None:
    assert answer("br, gzip", StreamingHttpResponse([PAGE]))["Content-Encoding"] == "gzip"


def test_an_etag_gets_weak() -> None:
    assert answer("br", HttpResponse(PAGE, headers={"ETag": '"1"'}))["ETag"] == 'W/"1"'
