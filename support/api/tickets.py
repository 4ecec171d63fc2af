"""The tickets of the organization."""

from organizations.api.operations import Operations

operations = Operations("Tickets")
