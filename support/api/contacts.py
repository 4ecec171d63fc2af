"""The contacts of the organization."""

from organizations.api.operations import Operations

operations = Operations("Contacts")
