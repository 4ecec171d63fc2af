"""Nina, who has an account: what has to be there before she does something, and what takes more than one step."""

from dataclasses import dataclass
from datetime import timedelta

import time_machine
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from accounts import actions
from accounts.actions.linked_accounts import Identity
from accounts.factors.kinds.authenticator import AUTHENTICATOR
from accounts.factors.phones import new_binding
from accounts.models import AddressChange, DataExport, Recovery, Session, Terms, User
from accounts.models.authenticator import code_at, new_secret, step_now
from audit.actors import Actor, ActorKind
from tests.accounts.exporting import made
from tests.accounts.factors import App, give_app
from tests.accounts.passkeys import enrol, sign_in_alone
from tests.accounts.phones import NUMBER, code_sent_to
from tests.accounts.signing import make_user, prove, sign_in
from tests.accounts.uploads import encoded
from tests.cast import make_person

NEW = "walnut-ferry-38"
OTHER = "nina.other@example.com"
IDENTITY = Identity(provider="example", uid="1", name="nina")


@dataclass
class Stage:
    """Nina, who has a password, and whoever else is needed."""

    nina: User

    @property
    def by(self) -> Actor:
        """Nina herself."""
        return Actor(kind=ActorKind.USER, user=self.nina)

    @property
    def browser(self) -> Client:
        """One in which she has just signed in."""
        client = Client()
        sign_in(client, self.nina.email)
        return prove(client)

    def app(self) -> App:
        """Her second factor."""
        return give_app(self.nina)

    def session(self) -> Session:
        """That of a browser of hers."""
        sign_in(Client(), self.nina.email)
        return Session.objects.of(self.nina.pk)[0]

    def export(self) -> DataExport:
        """A copy of her data."""
        return made(self.nina)

    def second_address(self) -> str:
        """Another verified address of hers."""
        EmailAddress.objects.create(user=self.nina, email=OTHER, verified=True)
        return OTHER

    def change_of_address(self) -> AddressChange:
        """The other one is primary now."""
        actions.make_primary(user=self.nina, email=self.second_address(), by=self.by)
        return AddressChange.objects.get()

    def recovery(self) -> Recovery:
        """She says that she has lost her second factor."""
        self.app()
        return actions.ask_recovery(user=self.nina, by=self.by)

    def terms(self) -> Terms:
        """Terms in force."""
        now = timezone.now()
        return actions.publish_terms(version="1", url="https://example.com/", effective_at=now, by=Actor.system())

    def phone(self) -> str:
        """A number that is to be confirmed; the secret of the session in which that may be done."""
        self.app()
        binding = new_binding()
        actions.begin_phone(user=self.nina, phone=PhoneNumber.from_string(NUMBER), binding=binding, by=self.by)
        return binding

    def confirm_phone(self) -> None:
        """Give the code that was sent."""
        binding = self.phone()
        actions.confirm_phone(user=self.nina, code=code_sent_to(), binding=binding, by=self.by)

    def add_app(self) -> None:
        """Set an app up."""
        secret = new_secret()
        code = code_at(step_now(), secret)
        actions.add_authenticator(user=self.nina, secret=secret, code=code, name="Phone", by=self.by)

    def linked(self) -> None:
        """An identity elsewhere opens her account."""
        actions.link_account(user=self.nina, identity=IDENTITY, by=self.by)

    def sign_in_by_passkey(self) -> None:
        """Make a passkey, and sign in with nothing else."""
        sign_in_alone(Client(), enrol(self.browser))

    def sign_up_elsewhere(self) -> None:
        """An identity elsewhere makes an account, which becomes the one that is looked at."""
        user = User(email="new.comer@example.com")
        self.nina = actions.create_linked_account(user=user, identity=IDENTITY, verified=True, by=Actor.system())

    def claim(self) -> None:
        """Somebody proves the address that an account claims, which is the one that is looked at."""
        self.nina = make_user("claimed@example.com", verified=False)
        actions.claim_account(email=self.nina.email, password=None, by=Actor.system())


def staff() -> Actor:
    return Actor.staff(make_person("stella.staff@example.com", is_staff=True).user)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("nina.png", encoded("PNG"))


def remove_factor(s: Stage) -> object:
    return actions.remove_factor(user=s.nina, factor=s.app().device, by=s.by)


def rename_factor(s: Stage) -> object:
    return actions.rename_factor(user=s.nina, factor=s.app().device, name="Old phone", by=s.by)


def verify_factor(s: Stage) -> object:
    return actions.verify_factor(user=s.nina, kind=AUTHENTICATOR, answer=s.app().code(), by=s.by)


def edit_contact(s: Stage) -> object:
    names = {"first_name": "Nina", "last_name": "New", "salutation": "", "job_role": ""}
    return actions.edit_contact(user=s.nina, phone="", by=s.by, **names)


def revoke_trust(s: Stage) -> object:
    trusted = s.nina.browsers.create(digest="1", trusted_until=timezone.now() + timedelta(days=1))
    return actions.revoke_trust(browser=trusted, by=s.by)


def unlock(s: Stage) -> object:
    actions.lock_account(user=s.nina, by=staff())
    return actions.unlock_account(user=s.nina, by=Actor.system())


def set_password(s: Stage) -> object:
    s.nina.set_unusable_password()
    s.nina.save()
    return actions.set_password(user=s.nina, new=NEW, keep=None, by=s.by)


def remove_picture(s: Stage) -> object:
    actions.change_picture(user=s.nina, picture=picture(), by=s.by)
    return actions.remove_picture(user=s.nina, by=s.by)


def complete_recoveries(s: Stage) -> object:
    s.recovery()
    Recovery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    return actions.complete_recoveries()


def expire_signups(s: Stage) -> object:
    # Nina never verified her address.
    EmailAddress.objects.update(verified=False)
    User.objects.update(date_joined=timezone.now() - timedelta(days=40))
    return actions.expire_signups()


def resend_phone_code(s: Stage) -> object:
    binding = s.phone()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        return actions.resend_phone_code(user=s.nina, binding=binding, by=s.by)


def unlink_account(s: Stage) -> object:
    s.linked()
    return actions.unlink_account(user=s.nina, provider=IDENTITY.provider, by=s.by)
