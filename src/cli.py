"""The `chimera` command."""

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from src.core.errors import ChimeraError, RiotKeyRejected, StorageUnavailable

P = ParamSpec("P")
R = TypeVar("R")


def _one_line_errors(command: Callable[P, R]) -> Callable[P, R]:
    """What Chimera can put into words becomes one line on stderr and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ChimeraError as error:
            click.echo(f"chimera: {error}{_advice(error)}", err=True)
            sys.exit(1)

    return wrapped


def _advice(error: ChimeraError) -> str:
    """What to do, where the words of an error do not say so themselves."""
    needs_doctor = isinstance(error, StorageUnavailable | RiotKeyRejected)
    return " `chimera doctor` looks at every server and setting, and says what to mend." if needs_doctor else ""


def _after_a_look_at_the_settings(command: Callable[P, R]) -> Callable[P, R]:
    """Check every setting first, those of other processes too; a command that is only asked for help does not."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        from src.bootstrap.settings import check_settings

        check_settings()
        return command(*args, **kwargs)

    return _one_line_errors(wrapped)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Chimera: the Discord bot that explains League of Legends matches.

    Start with `chimera demo`, then `chimera run`.
    """


@main.command()
@_after_a_look_at_the_settings
def demo() -> None:
    """Run the main job once, from /bind to a finished /analyze, without credentials.

    Example: chimera demo

    Leaves transcript.txt, message.json and chart.png in var/demo/.
    """
    from src.sandbox.demo import run_demo

    run_demo()


@main.command()
@click.option("--sandbox", is_flag=True, help="Use the stand-ins for Discord and Riot even if credentials are set.")
@_after_a_look_at_the_settings
def run(*, sandbox: bool) -> None:
    """Run the whole system until Ctrl-C.

    Example: chimera run --sandbox

    With DISCORD_BOT_TOKEN and RIOT_API_KEY set: against Discord and Riot; otherwise in the sandbox.
    """
    from src.sandbox.run import run_system

    run_system(sandbox=sandbox)


@main.command()
@_after_a_look_at_the_settings
def bot() -> None:
    """Run the Discord bot.

    Example: chimera bot
    """
    from src.bootstrap.container import Container
    from src.bootstrap.logs import configure_logs
    from src.bootstrap.preload import preload_beside
    from src.bootstrap.settings import BotSettings, read_settings
    from src.bot.run import run_bot

    configure_logs()
    preload_beside()
    asyncio.run(run_bot(read_settings(BotSettings), Container.build))


@main.command()
@_after_a_look_at_the_settings
def api() -> None:
    """Serve the account-link pages, the task API and /health.

    Example: API_PORT=8001 chimera api
    """
    import uvloop

    from src.bootstrap.logs import configure_logs

    configure_logs()
    uvloop.run(_serve_api())


async def _serve_api() -> None:
    from src.api.app import create_app
    from src.api.serve import serve
    from src.bootstrap.container import Container
    from src.bootstrap.settings import WebSettings, read_settings

    web, services = read_settings(WebSettings), Container.build()
    try:
        app = create_app(services)
        # What there is by now stays: a collection that looked through all of it would hold requests up for 50 ms.
        gc.collect()
        gc.freeze()
        await serve(app, host=web.api_host, port=web.api_port, proxies=web.forwarded_allow_ips)
    finally:
        await services.close()


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@_after_a_look_at_the_settings
def worker(options: tuple[str, ...]) -> None:
    """Run a Celery worker; OPTIONS are the worker's own.

    Example: chimera worker --queues matches,default
    """
    _become_celery("worker", *options)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@_after_a_look_at_the_settings
def beat(options: tuple[str, ...]) -> None:
    """Run the scheduler; any number of them does no harm.

    Example: chimera beat
    """
    _become_celery("beat", *options)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@_after_a_look_at_the_settings
def flower(options: tuple[str, ...]) -> None:
    """Serve Flower on FLOWER_PORT (5555); without FLOWER_BASIC_AUTH on this machine only.

    Example: FLOWER_BASIC_AUTH=me:secret chimera flower
    """
    _become_celery("flower", *options)


def _become_celery(*arguments: str) -> None:
    """Replace this process: signals then reach Celery itself."""
    argv = [sys.executable, "-m", "celery", "-A", "src.tasks.celery_app", *arguments]
    sys.stdout.flush()
    os.execv(sys.executable, argv)  # noqa: S606 - our own interpreter, no shell


@main.command()
@_after_a_look_at_the_settings
def migrate() -> None:
    """Bring the database schema up to date.

    Example: DATABASE_URL=postgresql://... chimera migrate
    """
    from src.bootstrap.schema import upgrade_schema

    upgrade_schema()
    click.echo("The schema is up to date.")


@main.command()
@click.argument("riot_id")
@click.option("--platform", required=True, help="Where the player plays: na1, euw1, kr ...")
@click.option("--year", type=int, help="The year to sync; default: DEFAULT_MATCH_YEAR.")
@click.option("--count", type=click.IntRange(1, 1000), help="The newest matches instead of a year.")
@_after_a_look_at_the_settings
def sync(riot_id: str, platform: str, year: int | None, count: int | None) -> None:
    """Fetch the matches of the player RIOT_ID (Name#TAG) into the database; a worker must be running.

    Example: chimera sync "Faker#KR1" --platform kr --year 2026
    """
    from src.bootstrap.sync_run import sync_player
    from src.core.domain.regions import parse_platform
    from src.core.domain.riot_id import RiotId

    if year is not None and count is not None:
        raise click.UsageError("Give --year or --count, not both.")
    work = sync_player(RiotId.parse(riot_id), parse_platform(platform), year=year, count=count, say=click.echo)
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        click.echo("The job goes on; `chimera sync` with the same words joins it again.")


@main.command("analyze-file")
@click.argument("path", metavar="MATCH.json|FOLDER", type=click.Path(path_type=Path))
@click.argument("timeline", metavar="[TIMELINE.json]", required=False, type=click.Path(path_type=Path))
@click.option("--puuid", help="The player it is about: adds their participant_id, or tells more of them.")
@click.option("--json", "as_json", is_flag=True, help="All facts, one JSON object a line (docs/facts.schema.json).")
@_one_line_errors
def analyze_file(path: Path, timeline: Path | None, puuid: str | None, *, as_json: bool) -> None:
    """Tell the facts of a match in files, or of every match in a folder; no server, setting or network is needed.

    Example: chimera analyze-file EUW1_1.match.json EUW1_1.timeline.json --json

    Files hold what Riot's match-v5 answers, packed with gzip or not; in a folder they are called <id>.match.json[.gz]
    and <id>.timeline.json[.gz]. Without its timeline a match has fewer facts. A broken file is named, the rest goes on,
    and the exit code is 1. With --puuid the matches of a folder that this player was not in are passed over; the exit
    code is 1 if that is all of them.
    """
    from src.bootstrap.file_analysis import analyse_files

    broken = False
    for told in analyse_files(path, timeline, puuid=puuid, as_json=as_json):
        if isinstance(told, ChimeraError):
            broken = True
            # File names may hold anything.
            words = "".join(letter if letter.isprintable() else "\ufffd" for letter in str(told))
            click.echo(f"chimera: {words}", err=True)
        else:
            _print(told if as_json else f"{told}\n")
    sys.exit(broken)


def _print(text: str) -> None:
    """Print at once, in UTF-8 whatever the terminal's encoding is."""
    try:
        click.echo(text.encode())
    except BrokenPipeError:
        raise  # click ends quietly
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python fails once more, at its end
        raise ChimeraError(f"Standard output: {error.strerror}.") from error


@main.command("sync-commands")
@_after_a_look_at_the_settings
def sync_commands() -> None:
    """Tell Discord the bot's commands, if they changed.

    Example: chimera sync-commands
    """
    from src.bootstrap.settings import BotSettings, read_settings
    from src.bot.sync_commands import sync

    changed = asyncio.run(sync(read_settings(BotSettings)))
    click.echo("Commands uploaded." if changed else "Commands unchanged, nothing uploaded.")


@main.group("api-key")
def api_key() -> None:
    """Make, list and end keys of the REST API.

    Example: chimera api-key create ci --scopes tasks:read,tasks:write
    """


@api_key.command("create")
@click.argument("name")
@click.option("--scopes", required=True, help="With commas between: tasks:read, tasks:write, metrics:read.")
@click.option("--per-minute", default=600, show_default=True, help="Requests that the key may make in a minute.")
@_after_a_look_at_the_settings
def create_key(name: str, scopes: str, per_minute: int) -> None:
    """Make a key and show it, this once.

    Example: chimera api-key create ci --scopes tasks:read,tasks:write --per-minute 600

    From the first key on, the API asks for one everywhere (API_AUTH=auto). The key itself goes to standard output.
    """
    from src.bootstrap.api_keys import create

    made = asyncio.run(create(name, scopes, per_minute=per_minute))
    click.echo(made.text.get_secret_value())
    click.echo(f"Keep it: it is not shown again. Its id is {made.key.key_id}.", err=True)
    if made.webhook_secret is not None:
        click.echo(f"Its callbacks are signed with {made.webhook_secret.get_secret_value()}", err=True)


@api_key.command("list")
@_after_a_look_at_the_settings
def list_keys() -> None:
    """List every key, revoked ones too.

    Example: chimera api-key list
    """
    from src.bootstrap.api_keys import lines

    for line in asyncio.run(lines()):
        click.echo(line)


@api_key.command("revoke")
@click.argument("key_id")
@_after_a_look_at_the_settings
def revoke_key(key_id: str) -> None:
    """End a key, at once.

    Example: chimera api-key revoke 1f3870be274f
    """
    from src.bootstrap.api_keys import revoke

    asyncio.run(revoke(key_id))
    click.echo(f"{key_id} is revoked.")


@api_key.command("webhook-secret")
@click.argument("key_id", required=False)
@_after_a_look_at_the_settings
def show_webhook_secret(key_id: str | None) -> None:
    """Show what signs the callbacks that a key asks for.

    Example: chimera api-key webhook-secret 1f3870be274f

    Without KEY_ID: those that are asked for while no key is needed.
    """
    from src.bootstrap.api_keys import webhook_secret

    click.echo(asyncio.run(webhook_secret(key_id)).get_secret_value())


@main.command()
@_one_line_errors  # a bad setting is one of its findings
def doctor() -> None:
    """Check every setting and server, and say what to fix.

    Example: chimera doctor
    """
    sys.exit(asyncio.run(_examine()))


async def _examine() -> int:
    from src.bootstrap.console import Console
    from src.bootstrap.doctor import examine
    from src.bootstrap.doctor_report import tell
    from src.bootstrap.logs import configure_logs

    configure_logs("critical")  # what goes wrong here is told as a finding
    console, broken = Console(), 0
    async for finding in examine():
        tell(console, finding)
        broken += not finding.is_good and not finding.optional
    return 1 if broken else 0
