"""What apps register in ``ready()``, so that the frame can show them without importing them.

A lower layer never imports a higher one; it asks here instead. Order decides the place; ties keep registration order.
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from console.navigation import MembershipAction, Section, Setting, Text, WayToPay
from console.news import MailKind, NotificationKind


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A kind of what an organization has, for staff on its page in the admin.

    ``count(id)``: how many the organization of that id has; ``address(id)``: their list in the admin.
    """

    label: Text
    order: int
    count: Callable[[UUID], int]
    address: Callable[[UUID], str]


def _everybody(_request: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Step:
    """A line of the getting-started check list: ticks itself when ``done(request)`` says so.

    ``concerns(request)``: whether the person can do it at all; else the line is not in their list.
    """

    label: Text
    help: Text
    order: int
    done: Callable[[Any], bool]
    address: Callable[[Any], str]
    action: Text
    concerns: Callable[[Any], bool] = _everybody


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card of an app above on a page of an app below.

    ``page``: the page's name ("preferences"); ``template``: the fragment that draws it, with what ``show(request)``
    returns as ``shown``.
    """

    page: str
    order: int
    template: str
    show: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class HelpLink:
    """A way to get help, on ``/help/``.

    ``address(request)`` says where it leads; empty where there is no such way for this reader. ``action`` is the verb
    of its button.
    """

    label: Text
    help: Text
    icon: str
    action: Text
    order: int
    address: Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class FooterLink:
    """A link at the foot of every page; not drawn while ``address()``, which must cost no query, says nothing."""

    label: Text
    order: int
    address: Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class ReviewColumn:
    """A column of the access review: how much of something each membership has, or a word about it.

    ``counts(ids)``: by the id of a membership, of some hundred at a time, in one query; those that have none may miss,
    and show ``nothing``. A column added with the ``key`` of another takes its place.
    """

    key: str
    label: Text
    order: int
    counts: Callable[[Collection[UUID]], Mapping[UUID, int] | Mapping[UUID, str]]
    nothing: Text = 0


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A column of secrets that `console.sealing` closed: `manage.py reseal` closes them again with the newest key.

    ``rows()``: a queryset of the rows that may have one; ``column``: its name, empty where there is no secret;
    ``purpose``: what the secrets were sealed for.
    """

    rows: Callable[[], Any]
    column: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Something of which an organization may have a limited number (organizations.Allowance, by its ``name``).

    ``count(id)``: how many the organization of that id has, as the refusal of one more counts them.
    """

    name: str
    count: Callable[[UUID], int]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass
class Registry:
    """One per process; tests may build their own."""

    sections: list[Section] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    membership_actions: list[MembershipAction] = field(default_factory=list)
    ways_to_pay: list[WayToPay] = field(default_factory=list)
    ways_to_more: list[WayToPay] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    demo: list[tuple[int, Callable[[], Iterable[str]]]] = field(default_factory=list)
    health: dict[str, Callable[[], str]] = field(default_factory=dict)
    starts: list[Callable[[], str]] = field(default_factory=list)
    secret_paths: tuple[str, ...] = ()
    secret_prefixes: tuple[str, ...] = ()
    help: list[HelpLink] = field(default_factory=list)
    footer: list[FooterLink] = field(default_factory=list)
    review: list[ReviewColumn] = field(default_factory=list)
    notifications: dict[str, NotificationKind] = field(default_factory=dict)
    mails: list[MailKind] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    attachments: dict[str, Callable[[UUID], Attachment]] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)

    def add_section(self, section: Section) -> None:
        """Add an entry of a side bar."""
        self.sections.append(section)
        self.sections.sort(key=lambda s: s.order)

    def add_setting(self, setting: Setting) -> None:
        """Add a page to the settings of a context."""
        self.settings.append(setting)
        self.settings.sort(key=lambda s: s.order)

    def add_membership_action(self, action: MembershipAction) -> None:
        """Add something to do in each of one's organizations."""
        self.membership_actions.append(action)
        self.membership_actions.sort(key=lambda a: a.order)

    def add_way_to_pay(self, way: WayToPay) -> None:
        """Add a way to end a suspension; of several, people are shown the first that they may take."""
        self.ways_to_pay.append(way)
        self.ways_to_pay.sort(key=lambda w: w.order)

    def way_to_pay(self, kind: str, held: Container[str]) -> WayToPay | None:
        """The first of them that is open, in an organization of that kind, to who holds these permissions."""
        return next((way for way in self.ways_to_pay if way.is_open(kind, held)), None)

    def add_way_to_more(self, way: WayToPay) -> None:
        """Add a way to more than a limit lets one have; of several, people are shown the first that they may take."""
        self.ways_to_more.append(way)
        self.ways_to_more.sort(key=lambda w: w.order)

    def way_to_more(self, kind: str, held: Container[str]) -> WayToPay | None:
        """The first of them that is open, in an organization of that kind, to who holds these permissions."""
        return next((way for way in self.ways_to_more if way.is_open(kind, held)), None)

    def add_holding(self, holding: Holding) -> None:
        """Add a kind of what organizations have."""
        self.holdings.append(holding)
        self.holdings.sort(key=lambda h: h.order)

    def add_step(self, step: Step) -> None:
        """Add a line to the check list."""
        self.steps.append(step)
        self.steps.sort(key=lambda s: s.order)

    def add_card(self, card: Card) -> None:
        """Add a card to a page."""
        self.cards.append(card)
        self.cards.sort(key=lambda c: c.order)

    def cards_of(self, page: str, request: Any) -> list[tuple[str, Any]]:
        """The cards of a page, each as its template and what it shows."""
        return [(card.template, card.show(request)) for card in self.cards if card.page == page]

    def add_demo(self, order: int, build: Callable[[], Iterable[str]]) -> None:
        """Add a builder of demo data; what it yields is said to whoever starts the demo."""
        self.demo.append((order, build))
        self.demo.sort(key=lambda pair: pair[0])

    def add_start(self, check: Callable[[], str]) -> None:
        """Add a check that keeps a process from serving; it says what is wrong, or nothing (console.startup)."""
        self.starts.append(check)

    def add_health(self, name: str, check: Callable[[], str]) -> None:
        """Add a part that /readyz reports; ``check`` says what is wrong with it, or nothing."""
        self.health[name] = check

    def add_help(self, link: HelpLink) -> None:
        """Add a way to get help."""
        self.help.append(link)
        self.help.sort(key=lambda h: h.order)

    def add_footer(self, link: FooterLink) -> None:
        """Add a link to the foot of every page."""
        self.footer.append(link)
        self.footer.sort(key=lambda f: f.order)

    def add_notification(self, kind: NotificationKind) -> None:
        """Add a kind of notification."""
        self.notifications[kind.key] = kind

    def add_mail_kind(self, kind: MailKind) -> None:
        """Add a kind of mail that people may switch off."""
        self.mails.append(kind)
        self.mails.sort(key=lambda m: m.order)

    def optional_mail(self, letter: str) -> MailKind | None:
        """The kind by which a letter of that name can be switched off; None for one that always comes."""
        return next((kind for kind in self.mails if letter in kind.kinds), None)

    def add_review_column(self, column: ReviewColumn) -> None:
        """Add a column to the access review, or put it in the place of that with the same key."""
        self.review = [known for known in self.review if known.key != column.key] + [column]
        self.review.sort(key=lambda c: c.order)

    def add_sealed(self, sealed: Sealed) -> None:
        """Add a column of sealed secrets, so that the keys which seal them can be changed."""
        self.sealed.append(sealed)

    def add_limit(self, limit: Limit) -> None:
        """Add something that plans and staff may limit."""
        self.limits.append(limit)

    def add_attachment(self, kind: str, make: Callable[[UUID], Attachment]) -> None:
        """Add a kind of file that goes with mails (``Mail.attached``), made when one is sent of what has that id."""
        self.attachments[kind] = make

    def attachment(self, attached: str) -> Attachment:
        """The file of ``"<kind>:<id>"``, made now. Raises LookupError for a kind that nobody has added."""
        kind, _colon, pk = attached.partition(":")
        return self.attachments[kind](UUID(pk))

    def add_secret_path(self, prefix: str) -> None:
        """Keep what follows ``prefix`` (from the root: ``/invitations/``) up to the next slash out of the logs."""
        self.secret_paths += (prefix,)

    def add_secret_prefix(self, prefix: str) -> None:
        """Keep secrets of a form of their own (``cnsl_secret_``) out of the logs, wherever somebody puts one."""
        self.secret_prefixes += (prefix,)


registry = Registry()
