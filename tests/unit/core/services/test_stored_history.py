"""The stored matches of somebody's account."""

from datetime import timedelta

import pytest

from src.core.domain.answer_key import account_mark
from src.core.domain.binding import ProvenAccount
from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId
from src.core.errors import BindingNotFound
from src.core.services.stored_history import StoredHistory
from tests.fakes.match_store import FakeMatchStore
from tests.fakes.matches import a_match, a_stored_match
from tests.fakes.user_binding import FakeUserBindingRepository


@pytest.fixture
async def history() -> StoredHistory:
    """User 4242 has linked two players of the same three matches."""
    bindings, matches = FakeUserBindingRepository(), FakeMatchStore()
    for number, name in ((1, "Main#EUW"), (6, "Smurf#EUW")):
        account = ProvenAccount(puuid=f"puuid-{number}", riot_id=RiotId.parse(name), platform=Platform.EUW1)
        await bindings.save_binding("4242", account)
    for hours in (1, 2, 3):
        started = a_match().started_at + timedelta(hours=hours)
        await matches.store(a_stored_match(f"EUW1_{hours}", started_at=started))
    return StoredHistory(bindings, matches)


@pytest.mark.parametrize(
    ("account", "champion"),
    [(None, "Aatrox"), ("smurf#euw", "Garen"), (account_mark("puuid-6"), "Garen")],
)
async def test_it_is_the_named_accounts_newest_first(
    history: StoredHistory, account: str | None, champion: str
) -> None:
    binding, matches = await history.of("4242", account, limit=2)
    assert [match.match_id for match in matches] == ["EUW1_3", "EUW1_2"]
    assert {match.champion for match in matches} == {champion}
    assert binding.puuid == {"Aatrox": "puuid-1", "Garen": "puuid-6"}[champion]


async def test_nobody_looks_into_an_account_that_is_not_theirs(history: StoredHistory) -> None:
    for stranger, account in (("4242", "puuid-2"), ("1", "puuid-1"), ("1", None)):
        with pytest.raises(BindingNotFound):
            await history.of(stranger, account, limit=2)
