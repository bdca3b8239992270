"""Where links between Discord users and Riot accounts are kept."""

from collections.abc import Sequence
from typing import Protocol

from src.core.domain.binding import Binding, LinkAttempt, LinkAudit, Proof, ProvenAccount, SavedBinding
from src.core.domain.job import NewJob


class IUserBindingRepository(Protocol):
    """Bindings, and the proofs on the way to one. Raises Unavailable when the database cannot be reached.

    One PUUID belongs to one Discord user. One-time secrets are stored as hashes; what is taken is gone. Every change
    of a link writes its line of the audit log in the same transaction.
    """

    async def open_attempt(self, state_hash: str, attempt: LinkAttempt, *, ttl: float) -> bool:
        """Keep a proof that is under way for `ttl` seconds.

        Of one person's attempts at an account by icon the newest counts. False: not kept, since the same icon is
        already asked of that account by somebody else, or several others try to prove it.
        """
        ...

    async def peek_attempt(self, state_hash: str) -> LinkAttempt | None:
        """Look at a proof under way: None if unknown, used or expired."""
        ...

    async def take_attempt(self, state_hash: str) -> LinkAttempt | None:
        """Consume a proof under way: None if unknown, used or expired."""
        ...

    async def save_binding(
        self,
        discord_id: str,
        account: ProvenAccount,
        *,
        former_owner: str | None = None,
        notice: NewJob | None = None,
        jobs: Sequence[NewJob] = (),
        uses: str | None = None,
    ) -> SavedBinding:
        """Link an account; linking it again to the same user refreshes it. The first account is the main one.

        `uses` is the key of the proof under way, or of the step on the web, on which the link rests: it is used up in
        the same transaction.

        An account that belongs to `former_owner` changes hands if the new proof is as good as the old one (an icon is
        not, for `ICON_REST` after a link by icon); `notice` is then submitted in the same transaction. So are `jobs`
        if the link is new to the user: what is linked already needs no beginning.

        Raises:
            AccountTaken: it belongs to somebody else, or to `former_owner` by a better proof.
            LinkRests: to `former_owner` by an icon, for less than `ICON_REST`.
            SignInOver: what it uses is used up or has expired.
            TooManyAccounts: the user has `MOST_ACCOUNTS` others.
        """
        ...

    async def owner_of(self, puuid: str) -> Binding | None:
        """The link of an account, whoever has it."""
        ...

    async def gives_way(self, puuid: str, proof: Proof) -> bool:
        """Whether a link of the account, if there is one, could be undone by this proof now."""
        ...

    async def bindings_of(self, discord_id: str) -> tuple[Binding, ...]:
        """The user's linked accounts, the main one first."""
        ...

    async def make_main(self, discord_id: str, puuid: str) -> Binding | None:
        """Make an account the user's main one; None if it is not theirs."""
        ...

    async def mark_validated(
        self, discord_id: str, account: ProvenAccount, *, was: str | None = None, lost: NewJob | None = None
    ) -> Binding | None:
        """Write down that the account still exists, with its present Riot ID and platform.

        `was` is the PUUID under which it is linked, when Riot now gives it another one (a new API key); the link then
        rests on the account's `proof`. Where the user has linked the new PUUID too, the two become one. Where somebody
        else has, the link ends if `lost` is given (which is submitted), and stays as it is if not.

        None: it is not linked (any more), or somebody else has it.

        Raises:
            PlayerForgotten: a tombstone stands for the account.
        """
        ...

    async def mark_missing(
        self, discord_id: str, puuid: str, *, drop_after: float, notice: NewJob | None = None
    ) -> bool:
        """Write down that Riot does not know the account.

        True: that was written down more than `drop_after` seconds ago for the first time, so the link has ended and
        `notice` is submitted, in the same transaction. `mark_validated` begins anew.
        """
        ...

    async def remove_binding(self, discord_id: str, puuid: str) -> bool:
        """Unlink; another account becomes the main one. False if there was no such link."""
        ...

    async def note(self, audit: LinkAudit) -> None:
        """Write a line of the audit log that goes with no change: a refusal."""
        ...

    async def audits_of(self, discord_id: str) -> tuple[LinkAudit, ...]:
        """The user's lines of the audit log, oldest first."""
        ...
