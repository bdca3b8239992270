"""The way back to the person who asked, and its secret."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from src.core.domain.reply import Reply, user_hash

REPLY = Reply(
    application_id="11", token=SecretStr("aW50ZXJhY3Rpb24"), expires_at=datetime(2026, 3, 1, 12, 15, tzinfo=UTC),
    channel_id="22", user_id="33", locale="de", ephemeral=True,
)  # fmt: skip


def test_the_stored_form_brings_the_token_back() -> None:
    stored = json.loads(REPLY.model_dump_json())
    assert stored["token"] == "aW50ZXJhY3Rpb24"
    assert Reply.model_validate(stored) == REPLY


@pytest.mark.parametrize("shown", [str(REPLY), repr(REPLY), f"{REPLY.model_dump()}", repr({"reply": REPLY})])
def test_whatever_else_shows_a_reply_hides_the_token(shown: str) -> None:
    assert "aW50ZXJhY3Rpb24" not in shown


def test_the_short_name_of_a_user_is_stable() -> None:
    assert user_hash("123456789012345678") == user_hash("123456789012345678") != user_hash("123456789012345679")


@given(st.text(max_size=80))
def test_the_short_name_is_twelve_hex_digits(identifier: str) -> None:
    assert len(bytes.fromhex(user_hash(identifier))) == 6
