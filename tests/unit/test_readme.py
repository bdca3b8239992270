"""README.md and the pages it leads to say what is so."""

import re
from pathlib import Path
from typing import Any

import discord
import pytest
from pydantic import SecretStr

from src.bootstrap.settings import SETTINGS_CLASSES
from src.bot.cogs import add_commands
from src.bot.tree import ChimeraTree
from src.tasks.celery_app import celery_app
from src.tasks.job_task import JobTask
from tests.real_documents import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
FIELDS = {name.upper(): field for kind in SETTINGS_CLASSES for name, field in kind.model_fields.items()}
# The embedded servers, all queues: what is there when nothing is set is no value.
IN_WORDS = {"", "embedded", "all", "none"}


def section(title: str) -> str:
    """What stands under a heading, up to the next one."""
    return re.split(r"^#+ ", README.partition(f"# {title}\n")[2], flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of its tables, heads aside."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_leads_to_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_the_settings_table_names_settings_with_their_defaults() -> None:
    table = rows(section("Settings"))
    assert len(table) > 10
    for names, defaults, _meaning in table:
        said = [default.strip("` ") for default in defaults.replace("`, `", "`§`").replace("`, ", "`§").split("§")]
        for number, name in enumerate(re.findall(r"`([A-Z_]+)`", names)):
            shown = said[number] if number < len(said) else said[0]
            default = FIELDS[name].get_default()
            if shown not in IN_WORDS:
                assert shown == (",".join(map(str, default)) if isinstance(default, tuple) else str(default)), name
            else:
                empty = default is None or (isinstance(default, SecretStr) and not default.get_secret_value())
                assert empty or shown in {"embedded", "all"}, name


def test_the_commands_table_has_every_command() -> None:
    client = discord.Client(intents=discord.Intents.none())
    tree = ChimeraTree(client)
    add_commands(tree)
    told = set(re.findall(r"`/([a-z]+)", "".join(cell[0] for cell in rows(section("For players")))))
    assert told == {command.name for command in tree.get_commands()}


def test_the_tasks_table_names_every_task_that_people_call() -> None:
    """Parts of others, and what beat and the reconciler start, are nobody's to call."""
    celery_app.loader.import_default_modules()
    ours = {name.rpartition(".")[2] for name in celery_app.tasks if name.startswith("src.tasks.")}
    told = set(re.findall(r"`([a-z_]+)`", OPERATIONS))
    parts = {"fetch_match_batch", "sync_match_batch", "recover_match_batch"}
    started_by_itself = {"reconcile", "deliver_webhook", "look_for_stale_facts", "recover_linked_players"}
    assert ours - parts - started_by_itself <= told
    assert parts | started_by_itself <= ours


def test_the_tasks_table_has_queue_rate_and_retries_as_the_tasks_have_them() -> None:
    """Where a queue has more to it, the first one named is the task's own."""
    celery_app.loader.import_default_modules()
    tasks: dict[str, Any] = {re.sub(r"^src\.tasks\.\w+\.", "", name): task for name, task in celery_app.tasks.items()}
    table = re.findall(r"^\| .*? \| (`.*`) \| `(\w+)`.*? \| (\S+), (\d+) \|$", OPERATIONS, flags=re.MULTILINE)
    told = {name: terms for names, *terms in table for name in re.findall(r"`(\S+)`", names)}
    assert len(told) > 15
    assert told == {name: terms_of(tasks[name]) for name in told}


def terms_of(task: JobTask) -> list[str]:
    """Queue, rate as Celery writes it (`100/m`) and retries."""
    units = {1: "s", 60: "m", 3600: "h"}
    rate = "none" if task.rate is None else f"{task.rate.count}/{units[int(task.rate.seconds)]}"
    return [task.queue_name, rate, str(task.max_retries)]


def test_both_of_riots_sentences_are_there() -> None:
    text = " ".join(README.split())
    assert (
        "Chimera is not endorsed by Riot Games and does not reflect the views or opinions of Riot Games or anyone "
        "officially involved in producing or managing Riot Games properties. Riot Games and all associated properties "
        "are trademarks or registered trademarks of Riot Games, Inc."
    ) in text
