"""What people do to projects and to what runs in them.

Each takes ``by``, an Actor; is atomic; locks the organization and, of services, the service, before it decides; asks
for the permission again; raises Refused with a sentence; records an event.
"""
