"""`Idempotency-Key`: asking the same twice starts it once."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request

from src.api.access import Caller, Gate
from src.core.domain.api_key import Scope

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Names this request: sent again with the same body it answers the same task, with another 422.",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]


@dataclass(frozen=True, slots=True)
class Submission:
    """Who submits, and under which name of theirs; `fingerprint` tells what is asked."""

    caller: Caller
    request_key: str | None
    fingerprint: str | None


def submissions(gate: Gate) -> Callable[..., Awaitable[Submission]]:
    """A dependency of routes that submit jobs: the caller may, and has perhaps named the request."""

    async def read(
        request: Request,
        caller: Annotated[Caller, Depends(gate.requiring(Scope.TASKS_WRITE))],
        idempotency_key: IdempotencyKey = None,
    ) -> Submission:
        if idempotency_key is None:
            return Submission(caller, None, None)
        # One client's names are no other's.
        return Submission(caller, f"{caller.key_id or 'open'}:{idempotency_key}", await _fingerprint(request))

    return read


async def _fingerprint(request: Request) -> str:
    """What is asked, in hex: neither spaces and order in the body nor the order of the query matter."""
    body = await request.body()
    try:
        canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):  # no JSON, or nested too deep to be any that a route reads
        canonical = body
    query = sorted(request.query_params.multi_items())
    asked = [request.method, request.url.path.rstrip("/"), query, sha256(canonical).hexdigest()]
    return sha256(json.dumps(asked).encode()).hexdigest()
