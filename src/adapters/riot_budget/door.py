"""One process before the budget of one routing value: its calls wait in lines, and speak to Redis together.

While an exchange with Redis is under way, what comes up meanwhile gathers for the next one. So a busy process pays
one exchange for several calls, a quiet one none that it can do without; and of those who wait in a line, only the
first ones ask.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias
from uuid import uuid4

import structlog

from src.adapters.riot_budget.heard import Heard
from src.adapters.riot_budget.messages import ABANDONED, UNANSWERED, Answer, Ask, Ended, Flight, Message, Reply
from src.adapters.riot_budget.tuning import BudgetTuning
from src.core.domain.job import Lane
from src.core.domain.rate_limits import RateLimitAnswer
from src.core.errors import ChimeraError, CircuitOpen, RateLimited, StorageUnavailable, Transient, Unavailable
from src.core.ports.riot_budget import Permit

log = structlog.get_logger(__name__)

_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_LONGEST_SLEEP = 2.0  # seconds; a wait may turn out shorter: limits grow, Redis is emptied
_FIRST_POLL, _LONGEST_POLL = 0.02, 0.25  # seconds, while only an answer on its way can tell how long it takes
_REPORT_WITHIN = 0.01  # seconds that the end of a call waits for company on its way to Redis
_AT_ONCE = 10  # calls of one line that ask together
_SPREAD_OUT = 0.005  # seconds over which processes that wait for the same moment spread
_REDIS_AWAY = 1.0  # seconds between attempts to deliver what only has to be told
_GONE_BACK = "gone back"  # stands for the epoch of a Redis that no longer knows what it knew
_TELL_DOUBTS = 2  # times that a turn which may have been given unseen is given back: the first may come too soon

Exchange: TypeAlias = Callable[[Sequence[str], bytes], Awaitable[bytes]]
"""Takes the methods that a message speaks of and the message; answers the reply. Raises Unavailable."""


@dataclass(slots=True)
class _Waiting:
    """A call that waits for its turn."""

    permit: Permit
    deadline: float
    turn: asyncio.Future[None]


@dataclass(slots=True)
class _Line:
    """The calls of one method and lane, first come, first served. `ask_at`: when it makes sense to ask (again)."""

    method: str
    lane: Lane
    ask_at: float = 0.0
    poll: float = _FIRST_POLL
    waiting: deque[_Waiting] = field(default_factory=deque)

    def asking(self) -> list[_Waiting]:
        return [call for call in islice(self.waiting, _AT_ONCE) if not call.turn.done()]


class Door:
    """Where the calls of one routing value get their turns and tell how they ended.

    It works in the event loop of its first call, in a task that ends when nothing is left to do.
    """

    def __init__(self, routing: str, exchange: Exchange, tuning: BudgetTuning, jitter: Callable[[], float]) -> None:
        self._routing = routing
        self._exchange = exchange
        self._tuning = tuning
        self._jitter = jitter
        self._lines: dict[tuple[str, Lane], _Line] = {}
        self._flights: dict[str, Flight] = {}
        self._ended: list[Ended] = []
        self._unused: list[Permit] = []
        self._tell_at = 0.0
        self._doubtful: dict[Permit, int] = {}
        self._doubt_at = 0.0
        self._heard: dict[str, Heard] = {}
        self._epoch = ""
        self._landed = 0
        self._must_retell = False
        self._something_new = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def acquire(self, method: str, lane: Lane, *, patience: float) -> Permit:
        """See `RiotBudget.acquire`."""
        loop = asyncio.get_running_loop()
        permit = Permit(id=uuid4().hex, routing=self._routing, method=method)
        line = self._lines.setdefault((method, lane), _Line(method, lane))
        call = _Waiting(permit, loop.time() + patience, loop.create_future())
        if not line.waiting:
            line.ask_at = loop.time()
        line.waiting.append(call)
        self._work()
        try:
            await call.turn
        except asyncio.CancelledError:
            self._step_back(line, call)
            raise
        return permit

    def report(self, permit: Permit, status: int | None, answer: RateLimitAnswer, *, is_abandoned: bool) -> None:
        """See `RiotBudget.report`: Redis hears of it within a moment."""
        now = asyncio.get_running_loop().time()
        flight = self._flights.pop(permit.id, None) or Flight(permit, now, -1, -1)
        told = ABANDONED if is_abandoned else status or UNANSWERED
        if not self._ended:
            self._tell_at = now + _REPORT_WITHIN
        if told in {_TOO_MANY_REQUESTS, UNANSWERED} or told >= _SERVER_ERROR:
            self._tell_at = now
        self._ended.append(Ended(flight, now, told, answer, self._jitter()))
        self._heard.setdefault(permit.method, Heard()).note(answer, let_go=flight.since, ended=now)
        self._work()

    async def tell(self) -> None:
        """Tell now what is to be told.

        Raises:
            Unavailable: Redis is away.
        """
        if self._has_news:
            await self._speak([], asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Tell what is to be told, if Redis is there, and stop."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for line in self._lines.values():
            self._refuse(line, list(line.waiting), StorageUnavailable, None, "The Riot budget has been closed.")
        try:
            await self.tell()
        except ChimeraError as error:
            self._forget_news(error)

    def _step_back(self, line: _Line, call: _Waiting) -> None:
        """A call that nobody waits for any more; its turn, if it has come, goes back."""
        if call in line.waiting:
            line.waiting.remove(call)
        if self._flights.pop(call.permit.id, None) is not None:
            self._give_back(call.permit)

    def _give_back(self, permit: Permit) -> None:
        self._unused.append(permit)
        self._tell_at = min(self._tell_at, asyncio.get_running_loop().time())
        self._work()

    def _work(self) -> None:
        self._something_new.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0)  # let all that is ready speak first
            self._something_new.clear()
            now = loop.time()
            self._send_away(now)
            lines = sorted(self._due(now), key=lambda line: (line.lane is not Lane.INTERACTIVE, line.ask_at))
            if lines or (self._has_news and now >= self._tell_at) or (self._doubtful and now >= self._doubt_at):
                await self._try_to_speak(lines)
                continue
            moment = self._next_moment()
            if moment is None:
                return
            alarm = loop.call_at(moment, self._something_new.set)
            await self._something_new.wait()
            alarm.cancel()

    @property
    def _has_news(self) -> bool:
        return bool(self._ended or self._unused or self._must_retell)

    def _due(self, now: float) -> list[_Line]:
        return [line for line in self._lines.values() if line.waiting and line.ask_at <= now]

    def _next_moment(self) -> float | None:
        moments = [self._tell_at] if self._has_news else []
        moments += [self._doubt_at] if self._doubtful else []
        lines = (line for line in self._lines.values() if line.waiting)
        moments += [min(line.ask_at, *(call.deadline for call in line.waiting)) for line in lines]
        return min(moments, default=None)

    def _send_away(self, now: float) -> None:
        """Refuse those whose patience is over; those who have not asked yet ask first."""
        for line in self._lines.values():
            late = [call for call in line.waiting if call.deadline <= now]
            if late and line.ask_at > now:
                self._refuse(line, late, RateLimited, line.ask_at - now)

    async def _try_to_speak(self, lines: list[_Line]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await self._speak(lines, loop.time())
        except Unavailable as error:
            for line in self._lines.values():
                self._refuse(line, list(line.waiting), StorageUnavailable, error.retry_after, str(error))
            self._forget_news(error)
            self._tell_at = self._doubt_at = loop.time() + _REDIS_AWAY
        except Exception:
            # A reply that cannot be read, say: nobody must wait for this task in vain.
            for line in self._lines.values():
                self._refuse(line, list(line.waiting), StorageUnavailable, None, "The Riot budget is not understood.")
            raise

    def _forget_news(self, error: Exception) -> None:
        """What Redis could not be told is told later, unless it has counted those calls as lost by then."""
        oldest = asyncio.get_running_loop().time() - self._tuning.lost_after
        kept = [ended for ended in self._ended if ended.flight.since > oldest]
        if self._ended:
            log.warning("riot_budget_report_delayed", routing=self._routing, calls=len(self._ended), reason=str(error))
        self._ended = kept

    async def _speak(self, lines: list[_Line], now: float) -> None:
        """One exchange: tell what has ended, ask for the first calls of `lines`, and act on the answer."""
        ended, unused, retells = self._ended, self._unused, self._must_retell
        asking = [(line, calls) for line in lines if (calls := line.asking())]
        message = Message(
            epoch=uuid4().hex,
            known=self._epoch,
            ended=ended,
            unused=[*unused, *self._doubtful],
            flying=list(self._flights.values()) if retells else [],
            heard=self._heard if retells else {},
            asks=[Ask(line.method, line.lane, [call.permit.id for call in calls]) for line, calls in asking],
        )
        self._ended, self._unused = [], []
        try:
            reply = Reply.read(await self._exchange(message.methods, message.in_json(now)))
        except BaseException:
            self._ended, self._unused = ended + self._ended, unused + self._unused
            # A Redis that hangs may yet do what it was asked: nobody waits for those turns any more.
            self._doubtful |= {call.permit: _TELL_DOUBTS for _, calls in asking for call in calls}
            raise
        self._doubtful = {permit: times - 1 for permit, times in self._doubtful.items() if times > 1}
        self._doubt_at = now + _REDIS_AWAY
        self._compare(reply, retold=retells)
        for (line, calls), answer in zip(asking, reply.answers, strict=True):
            self._settle(line, calls, answer, now)

    def _compare(self, reply: Reply, *, retold: bool) -> None:
        """Notice a Redis that was emptied, or restored from a copy that is behind: it has to hear everything anew."""
        landed = [answer.app_landed for answer in reply.answers]
        goes_back = self._epoch == reply.epoch and min(landed, default=self._landed) < self._landed
        self._landed = max(landed, default=self._landed)
        if goes_back or self._epoch not in {"", reply.epoch}:
            self._must_retell = goes_back or not retold
            self._tell_at = 0.0
            self._flights = {name: replace(one, app_landed=-1, method_landed=-1) for name, one in self._flights.items()}
        elif retold:
            self._must_retell = False
        self._epoch = _GONE_BACK if goes_back else reply.epoch

    def _settle(self, line: _Line, calls: list[_Waiting], answer: Answer, asked_at: float) -> None:
        """Let the first calls go, and say when the next may ask."""
        now = asyncio.get_running_loop().time()
        for call in calls[: answer.granted]:
            flight = Flight(call.permit, asked_at, answer.app_landed, answer.method_landed)
            if call.turn.done():  # nobody waits for it any more
                self._give_back(call.permit)
                continue
            line.waiting.remove(call)
            self._flights[call.permit.id] = flight
            call.turn.set_result(None)
        if answer.granted == len(calls):
            # Who has had their fill lets other processes ask first.
            line.poll, line.ask_at = _FIRST_POLL, now + self._jitter() * _SPREAD_OUT
            return
        wait = answer.wait
        if answer.is_open:
            self._refuse(line, list(line.waiting), CircuitOpen, wait)
            return
        hopeless = [call for call in line.waiting if call.deadline <= now or wait > call.deadline - now]
        self._refuse(line, hopeless, RateLimited, wait or 1.0)
        pause = min(wait, _LONGEST_SLEEP)
        if answer.is_unknown:
            pause = max(pause, line.poll)
            line.poll = min(line.poll * 1.5, _LONGEST_POLL)
        line.ask_at = now + pause + self._jitter() * _SPREAD_OUT

    @staticmethod
    def _refuse(
        line: _Line, calls: list[_Waiting], error: type[Transient], seconds: float | None, text: str | None = None
    ) -> None:
        for call in calls:
            line.waiting.remove(call)
            if not call.turn.done():
                call.turn.set_exception(error(text, retry_after=seconds))
