"""What a gateway is, and how it says that a text message was not sent."""

from django.utils.translation import gettext_noop

UNKNOWN = gettext_noop("The text message could not be sent.")


class NotSent(Exception):
    """A text message was not sent, and trying again later may help.

    ``sentence`` is English, marked for translation, and names nobody; ``code`` is the provider's number for it.
    """

    def __init__(self, sentence: str = UNKNOWN, code: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class NotSentForGood(NotSent):
    """A text message was not sent, and never will be: its number is none, or takes no text messages."""


class Gateway:
    """Sends text messages; a company's own is named by its dotted path in ``SMS_GATEWAY`` and made without arguments.

    ``keeps_texts`` says that nothing leaves this machine, so that ``/mailbox/`` may show what was written.
    """

    keeps_texts = False

    def send(self, number: str, text: str) -> None:
        """Send ``text`` to ``number`` (E.164) once, within 15 seconds.

        Raises NotSentForGood when the number is refused now and later, NotSent for everything else that goes wrong.
        Logs neither of the two: the text holds a code, and the number is somebody's.
        """
        raise NotImplementedError
