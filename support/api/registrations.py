"""The registrations of the organization."""

from organizations.api.operations import Operations

operations = Operations("Registrations")
