"""The operations of billing in the API."""

from ninja import Router

router = Router()
