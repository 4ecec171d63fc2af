"""Finds the audited actions of a package, so that a new one cannot be overlooked."""

import inspect
import pkgutil
from collections.abc import Collection
from importlib import import_module
from types import ModuleType
from typing import Any


def audited_in(package: ModuleType, besides: Collection[str] = ()) -> dict[str, Any]:
    """Every audited action in a package and below it, by its name; without those of these names."""
    modules = [import_module(one.name) for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return {
        name: action
        for module in modules
        for name, action in inspect.getmembers(module, inspect.isfunction)
        if action.__module__ == module.__name__ and _is_audited(action) and name not in besides
    }


def _is_audited(action: Any) -> bool:
    """Whether it is wrapped, and takes everything by name, who does it among that."""
    parameters = inspect.signature(action).parameters
    named = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    by_name = all(one.kind in named for one in parameters.values())
    return hasattr(action, "__wrapped__") and by_name and "by" in parameters
