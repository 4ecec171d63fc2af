"""What is done with services: asked for by people and programs, carried out by a provisioner."""

from projects.actions.services.carrying import carry_out, sweep_operations
from projects.actions.services.changing import (
    declare_gone,
    delete_service,
    resize_service,
    retry_service,
    start_service,
    stop_service,
)
from projects.actions.services.outputs import show_outputs
from projects.actions.services.requesting import request_service
from projects.actions.services.settling import note_accepted, note_done, note_failed, note_progress
from projects.actions.services.verbs import possible_for

__all__ = [
    "carry_out",
    "declare_gone",
    "delete_service",
    "note_accepted",
    "note_done",
    "note_failed",
    "note_progress",
    "possible_for",
    "request_service",
    "resize_service",
    "retry_service",
    "show_outputs",
    "start_service",
    "stop_service",
    "sweep_operations",
]
