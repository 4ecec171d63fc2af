"""Programs that many tests of the API come in with."""

import pytest

from tests.api.keying import Program, program_of, service_program
from tests.cast import Cast


@pytest.fixture
def olivias(cast: Cast) -> Program:
    """The program of Acme's owner."""
    return program_of(cast.olivia, cast.acme)


@pytest.fixture
def adams(cast: Cast) -> Program:
    """The program of an admin of Acme."""
    return program_of(cast.adam, cast.acme)


@pytest.fixture
def robot(cast: Cast) -> Program:
    """A program of Acme's own, which may do whatever a key may."""
    return service_program(cast.acme)
