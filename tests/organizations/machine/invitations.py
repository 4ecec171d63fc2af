"""Invitations: sent, answered, taken back, sent again, and what the clock does to them."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from organizations import actions
from tests.organizations.machine.model import (
    DAY,
    MAILS_PER_ADDRESS,
    WEEK,
    Invitation,
    Player,
    Team,
    those,
)
from tests.organizations.machine.stage import ANY, WHO, Stage, pick


class Invitations(Stage):
    """What is done to invitations."""

    @rule(where=ANY, who=WHO, whom=ANY, second=st.booleans(), to=ANY)
    @precondition(lambda self: self.model.teams)
    def invite(self, where: int, who: tuple[str, int], whom: int, second: bool, to: int) -> None:  # noqa: FBT001 -- drawn
        team = self.team(where)
        by, person, role = self.player(team, who), pick(self.model.people, whom), self.role(team, to)
        address = person.addresses[-1 if second else 0]
        why_not = self.model.door(by, team, "invite_members") | self.model.why_not_give(by, team, role)
        why_not |= self._why_not_mail(by, team, address) | those({"closed": team.closed_at})
        if self.attempt(
            "invitation.created",
            why_not,
            lambda: actions.invite_member(organization=team.row, email=address, role=role, by=by.actor),
        ):
            self._expire(team, address)
            now = self.model.now
            self.model.invitations.append(
                Invitation(
                    self.made, team, address, role, by.person, by.actor.user_id, expires_at=now + WEEK, sent_at=now
                )
            )
            self.model.mailed.append((address, now))

    @rule(nth=ANY, who=WHO)
    @precondition(lambda self: self.model.invitations)
    def accept(self, nth: int, who: tuple[str, int]) -> None:
        invitation = self._any(nth)
        by = self._invited(invitation, who)
        why_not = self._why_not_answer(by, invitation)
        if by.person and by.person.addresses and invitation.address in by.person.addresses:
            why_not |= self.model.why_not_admit(by.person, invitation.team)
        why_not |= those({"not-open": not invitation.is_gone and not invitation.team.takes_members})
        if self.attempt(
            "invitation.accepted",
            why_not,
            lambda: actions.accept_invitation(invitation=invitation.row, by=by.actor),
        ):
            assert by.person
            invitation.state = "accepted"
            self.model.admit(by.person, invitation.team, self.made, invitation.role)

    @rule(nth=ANY, who=WHO)
    @precondition(lambda self: self.model.invitations)
    def decline(self, nth: int, who: tuple[str, int]) -> None:
        invitation = self._any(nth)
        by = self._invited(invitation, who)
        if self.attempt(
            "invitation.declined",
            self._why_not_answer(by, invitation),
            lambda: actions.decline_invitation(invitation=invitation.row, by=by.actor),
        ):
            invitation.state = "declined"

    @rule(nth=ANY, who=WHO)
    @precondition(lambda self: self.model.invitations)
    def revoke(self, nth: int, who: tuple[str, int]) -> None:
        invitation = self._any(nth)
        by = self.player(invitation.team, who)
        # Whoever may only invite takes back what is theirs; whoever managed when the page was opened must still.
        is_own = by.person is not None and by.person is invitation.by
        managed = by.is_staff or "revoke_invitations" in by.could
        needs = "invite_members" if is_own and not managed else "revoke_invitations"
        why_not = self.model.door(by, invitation.team, needs) | self._why_not_renew(invitation)
        if self.attempt(
            "invitation.revoked",
            why_not,
            lambda: actions.revoke_invitation(invitation=invitation.row, by=by.actor),
        ):
            invitation.state = "revoked"

    @rule(nth=ANY, who=WHO)
    @precondition(lambda self: self.model.invitations)
    def resend(self, nth: int, who: tuple[str, int]) -> None:
        invitation = self._any(nth)
        team = invitation.team
        by = self.player(team, who)
        why_not = self.model.door(by, team, "invite_members") | self._why_not_renew(invitation)
        if not invitation.is_gone:
            is_own = by.person is not None and by.person is invitation.by
            manages = by.is_staff or self.model.can(by, team, "revoke_invitations")
            why_not |= those({"closed": team.closed_at, "not-own": not (is_own or manages)})
            why_not |= self.model.why_not_give(by, team, invitation.role)
            why_not |= self._why_not_mail(by, team, invitation.address, besides=invitation)
        if self.attempt(
            "invitation.resent", why_not, lambda: actions.resend_invitation(invitation=invitation.row, by=by.actor)
        ):
            self._expire(team, invitation.address)
            now = self.model.now
            invitation.state, invitation.is_reminded = "pending", False
            invitation.sent_at, invitation.expires_at = now, now + WEEK
            self.model.mailed.append((invitation.address, now))

    @rule()
    @precondition(lambda self: any(self._is_overdue(one) for one in self.model.invitations))
    def expire_invitations(self) -> None:
        self.work(actions.expire_invitations)
        for invitation in self.model.invitations:
            if self._is_overdue(invitation):
                invitation.state = "expired"

    @rule()
    @precondition(lambda self: any(one.state == "pending" for one in self.model.invitations))
    def remind_invited(self) -> None:
        self.work(actions.remind_invited)
        now = self.model.now
        for invitation in sorted(self.model.invitations, key=lambda one: one.sent_at):
            is_due = invitation.state == "pending" and not self._is_overdue(invitation) and not invitation.is_gone
            if not is_due or invitation.is_reminded or not invitation.team.takes_members:
                continue
            if now - invitation.sent_at >= 3 * DAY:
                invitation.is_reminded = True
                if not self._is_full(invitation.address):
                    self.model.mailed.append((invitation.address, now))

    def _any(self, nth: int) -> Invitation:
        """The newest ones more often."""
        return pick(self.model.invitations[-6:], nth)

    def _invited(self, invitation: Invitation, who: tuple[str, int]) -> Player:
        people = [person for person in self.model.people if invitation.address in person.addresses]
        return self.anybody(people[0], who)

    def _is_overdue(self, invitation: Invitation) -> bool:
        is_open = invitation.state == "pending" and not invitation.is_gone
        return is_open and invitation.expires_at <= self.model.now

    def _status(self, invitation: Invitation) -> str:
        return "expired" if self._is_overdue(invitation) else invitation.state

    def _why_not_answer(self, by: Player, invitation: Invitation) -> set[str]:
        if invitation.is_gone:
            # Whether the organization is there for who asks is looked at first.
            return {"gone"} | self.model.door(by, invitation.team)
        status = self._status(invitation)
        is_theirs = by.person is not None and not by.person.is_gone and invitation.address in by.person.addresses
        return self.model.door(by, invitation.team) | those(
            {
                status: status != "pending",
                "closed": invitation.team.closed_at,
                "other-address": not is_theirs,
            }
        )

    def _why_not_renew(self, invitation: Invitation) -> set[str]:
        if invitation.is_gone:
            return {"gone"}
        return those({invitation.state: invitation.state not in {"pending", "expired", "bounced"}})

    def _why_not_mail(self, by: Player, team: Team, address: str, besides: Invitation | None = None) -> set[str]:
        others = [one for one in self.model.open_invitations(team) if one.address == address and one is not besides]
        members = [one.person.addresses[0] for one in team.members]
        return those(
            {
                "own-address": by.person is not None and not by.person.is_gone and address in by.person.addresses,
                "already-member": address in members,
                "already-invited": any(not self._is_overdue(one) for one in others),
                "address-allowance": self._is_full(address),
            }
        )

    def _is_full(self, address: str) -> bool:
        since = self.model.now - DAY
        return sum(to == address and at > since for to, at in self.model.mailed) >= MAILS_PER_ADDRESS

    def _expire(self, team: Team, address: str) -> None:
        """Sending marks what was overdue for the same address."""
        for invitation in self.model.open_invitations(team):
            if invitation.address == address and self._is_overdue(invitation):
                invitation.state = "expired"
