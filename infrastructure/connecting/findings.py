"""What a try of a storage engine found: whether it works, or at which stage it failed and what to do about it.

Sentences are in English, marked for translation, and name nothing: neither what was typed nor what the other side said,
which may be anything. They fit the column that keeps them.
"""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from infrastructure.models.engine import Stage


@dataclass(frozen=True)
class Finding:
    """What came of a try. ``stage``: a value of `Stage` at which it failed, empty where all of it works.

    ``sentence``: what to do then, to be translated; ``milliseconds``: how long the try took.
    """

    stage: str
    sentence: str
    milliseconds: int

    @property
    def is_fine(self) -> bool:
        """Whether a project could keep its data there now."""
        return not self.stage

    @property
    def said(self) -> str:
        """The sentence in the reader's language; empty where it works."""
        return gettext(self.sentence) if self.sentence else ""


class NotWorking(Exception):
    """The try ends here: at ``stage``, because of ``sentence``."""

    def __init__(self, stage: Stage, sentence: str) -> None:
        super().__init__(sentence)
        self.stage, self.sentence = stage, sentence


# Of a name that somebody tries, whether it is known inside is not told (CWE-203).
NOBODY = gettext_noop(
    "The name leads to nobody on the public internet: it is unknown, or leads into a private network, which we do not"
    " enter. Check how it is spelt."
)
SILENT = gettext_noop("Nothing answered in time. Check the port, and that a firewall lets us in.")
UNREACHABLE = gettext_noop("Nobody answers at this address. Check the port, and that the server runs.")
HUNG_UP = gettext_noop("The other side ended the connection without saying why. Look into its log.")
INSECURE = gettext_noop(
    "The certificate does not prove that this is the host. Check the name, or paste the authority that issued it."
)
NO_TLS = gettext_noop("No encrypted connection could be agreed on. The server must speak TLS 1.2 or newer.")
NOT_ENCRYPTED = gettext_noop("Without encryption we connect only inside of networks that our operator has named.")
UNTRIED = gettext_noop("It could not be tried, because of a mistake of ours. We try again.")
