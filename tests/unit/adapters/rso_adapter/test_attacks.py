"""Codes, tokens and answers that are real, but not of this sign-in or not of this issuer."""

from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from src.adapters.rso_adapter import RSOAdapter
from src.core.domain.regions import Platform
from src.core.errors import SignInRefused, Unavailable
from tests.fakes.rso_issuer import CLIENT_ID, RSOIssuer, running_issuer
from tests.unit.adapters.rso_adapter.sign_ins import attempt_for, settings_for, signed_in

pytestmark = pytest.mark.attack

VICTIM, ATTACKER = "v" * 78, "a" * 78


async def test_a_code_is_worth_one_proof(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    request = await adapter.begin(Platform.NA1)
    callback = issuer.sign_in(request.auth_url)
    await adapter.prove(attempt_for(request), code=callback["code"], issuer=callback["iss"])

    with pytest.raises(SignInRefused):
        await adapter.prove(attempt_for(request), code=callback["code"], issuer=callback["iss"])


async def test_a_code_of_another_sign_in_proves_nothing(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    """Code injection: the code verifier stays with the sign-in that it was made for."""
    mine, theirs = await adapter.begin(Platform.NA1), await adapter.begin(Platform.NA1)
    stolen = issuer.sign_in(theirs.auth_url, VICTIM)

    with pytest.raises(SignInRefused):
        await adapter.prove(attempt_for(mine), code=stolen["code"], issuer=stolen["iss"])


@pytest.mark.parametrize("iss", ["https://evil.test", "", "{url}/"])
async def test_a_callback_of_another_issuer_or_of_none_leaves_the_code_unused(
    adapter: RSOAdapter, issuer: RSOIssuer, iss: str | None
) -> None:
    """Riot promises the parameter, so one that is missing was taken out (RFC 9207)."""
    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer, iss=iss and iss.format(url=issuer.url))

    assert "token" not in issuer.requests


async def test_a_wrong_iss_is_refused_also_where_none_was_promised(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.discovery = {"authorization_response_iss_parameter_supported": False}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer, iss="https://evil.test")


@pytest.mark.parametrize("missing", ["nonce", "code_verifier"])
async def test_an_attempt_that_carries_no_secret_is_no_sign_in(
    adapter: RSOAdapter, issuer: RSOIssuer, missing: str
) -> None:
    """Attempts of other proofs carry none; without a nonce an id_token of anybody's would do."""
    request = await adapter.begin(Platform.NA1)
    callback = issuer.sign_in(request.auth_url)
    attempt = attempt_for(request.model_copy(update={missing: SecretStr("")}))

    with pytest.raises(SignInRefused):
        await adapter.prove(attempt, code=callback["code"], issuer=callback["iss"])

    assert "token" not in issuer.requests


async def test_a_callback_without_a_code_is_not_exchanged(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer, code="")

    assert "token" not in issuer.requests


async def test_tokens_of_another_sign_in_are_refused(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    """Both are the victim's, good and fresh; only the nonce tells."""
    victims: dict[str, Any] = {}
    issuer.lies.tokens = victims.update
    await signed_in(adapter, issuer)
    issuer.lies.tokens = lambda answer: answer.update(victims)

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_another_persons_access_token_does_not_go_with_an_id_token(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    victims = "access-token-of-the-victim"
    issuer.puuids[victims] = VICTIM
    issuer.lies.tokens = lambda answer: answer.update(access_token=victims)

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)

    assert "me" not in issuer.requests


async def test_a_token_endpoint_that_hands_on_another_issuers_tokens_is_refused(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    """A mix-up: the same client id, nonce and even signing key, but another `iss`."""
    async with running_issuer() as other:
        request = await adapter.begin(Platform.NA1)
        theirs = RSOAdapter(settings_for(other))
        elsewhere = (await theirs.begin(Platform.NA1)).model_copy(update={"nonce": request.nonce})
        answers: dict[str, Any] = {}
        other.lies.tokens = answers.update
        other.lies.claims = lambda claims: claims.update(nonce=request.nonce.get_secret_value())
        callback = other.sign_in(elsewhere.auth_url, VICTIM)
        await theirs.prove(attempt_for(elsewhere), code=callback["code"], issuer=callback["iss"])
        issuer.puuids |= other.puuids
    issuer.lies.tokens = lambda answer: answer.update(answers)
    callback = issuer.sign_in(request.auth_url, ATTACKER)

    with pytest.raises(SignInRefused):
        await adapter.prove(attempt_for(request), code=callback["code"], issuer=callback["iss"])

    assert "me" not in issuer.requests


async def test_userinfo_about_somebody_else_is_refused(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.userinfo = {"sub": "sub-of-another", "cpid": "KR"}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_an_account_other_than_the_id_tokens_is_refused(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.claims = lambda claims: claims.update(sub=ATTACKER, cpid="NA1")
    issuer.lies.account = {"puuid": VICTIM, "gameName": "Victim", "tagLine": "NA1"}

    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)


async def test_what_an_id_token_says_of_the_account_is_not_heard(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    """The account is what Riot tells the bearer of the access token."""
    issuer.lies.claims = lambda claims: claims.update(acct={"game_name": "Victim", "tag_line": "NA1"}, puuid=VICTIM)

    account = await signed_in(adapter, issuer)

    assert (account.puuid, str(account.riot_id)) == ("puuid-1", "Hide on bush#KR1")


async def test_accounts_me_cannot_send_the_bearer_elsewhere(adapter: RSOAdapter, issuer: RSOIssuer) -> None:
    issuer.lies.account = web.Response(status=307, headers={"Location": f"{issuer.url}/userinfo"})
    issuer.lies.claims = lambda claims: claims.update(cpid="NA1")

    with pytest.raises(Unavailable):
        await signed_in(adapter, issuer)

    assert "userinfo" not in issuer.requests


async def test_a_token_for_many_clients_says_that_it_is_meant_for_this_one(
    adapter: RSOAdapter, issuer: RSOIssuer
) -> None:
    issuer.lies.claims = lambda claims: claims.update(aud=[CLIENT_ID, "another-client"])
    with pytest.raises(SignInRefused):
        await signed_in(adapter, issuer)

    issuer.lies.claims = lambda claims: claims.update(aud=[CLIENT_ID, "another-client"], azp=CLIENT_ID)
    assert (await signed_in(adapter, issuer)).puuid == "puuid-1"
