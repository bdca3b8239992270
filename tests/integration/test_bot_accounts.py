"""/bind, /accounts, /unbind and what is under them: the real client in a world that behaves like Discord."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from src.bot.client import ChimeraBot
from src.core.domain.binding import Proof
from src.core.domain.regions import Platform
from src.core.errors import AccountTaken, TooOften, Unavailable
from src.sandbox.discord import Asked, ChannelMessage, DiscordSandbox
from tests.fakes.bot_accounts import FakeIconProof, FakeLinking, puuid_of
from tests.fakes.bot_services import FakeBotServices


@pytest.fixture
async def world() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox() as world:
        yield world


@pytest.fixture
async def services(world: DiscordSandbox) -> FakeBotServices:
    """The services of a bot in the world; both proofs are offered."""
    services = FakeBotServices(api_base_url=world.bridge_url)
    await world.attach(ChimeraBot(services))
    return services


@pytest.fixture
def linking(services: FakeBotServices) -> FakeLinking:
    assert services.linking is not None
    return services.linking


@pytest.fixture
def icons(services: FakeBotServices) -> FakeIconProof:
    assert services.icon_binding is not None
    return services.icon_binding


def labels(message: ChannelMessage) -> list[str]:
    return [button["label"] for button in message.buttons]


def shown(asked: Asked) -> ChannelMessage:
    assert asked.answer is not None
    return asked.answer


def listed(message: ChannelMessage) -> list[str]:
    return [line.strip() for line in message.embeds[0]["description"].splitlines()]


async def answered(world: DiscordSandbox, command: str, user: str = "mara", **options: Any) -> ChannelMessage:
    return await world.wait_for_answer(await world.command(user, command, **options))


class TestBindBySignIn:
    async def test_answers_the_person_alone_with_a_button_to_the_sign_in(
        self, world: DiscordSandbox, linking: FakeLinking
    ) -> None:
        answer = await answered(world, "bind", region="EUW")
        assert answer.ephemeral
        assert answer.links == {"Sign in": linking.auth_url}
        assert labels(answer) == ["Sign in"]
        assert answer.content.startswith("Sign in at Riot, mara.")
        assert "Europe West (euw1)" in answer.content

    async def test_hands_over_the_reply_through_which_the_outcome_is_told(
        self, world: DiscordSandbox, linking: FakeLinking
    ) -> None:
        asked = await world.command("mara", "bind", region="kr")
        await world.wait_for_answer(asked)
        (reply,) = linking.replies
        assert reply is not None
        assert reply.token.get_secret_value() == asked.interaction.token
        assert reply.user_id == str(world.user("mara").id)
        assert reply.channel_id == str(asked.interaction.channel_id)
        assert reply.ephemeral
        assert reply.expires_at.isoformat()[:16] == (asked.interaction.expires_at or "")[:16]

    async def test_without_a_region_says_which_it_assumed(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        answer = await answered(world, "bind")
        assert "North America (na1)" in answer.content
        assert "/bind region:" in answer.content

    async def test_names_the_other_proof_where_there_is_one(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        assert "/bind riot_id:Name#TAG" in (await answered(world, "bind")).content
        services.icon_binding = None
        assert "riot_id" not in (await answered(world, "bind")).content

    async def test_an_unknown_region_is_answered_at_once_and_asks_nobody(
        self, world: DiscordSandbox, linking: FakeLinking
    ) -> None:
        answer = await answered(world, "bind", region="atlantis")
        assert answer.ephemeral
        assert "Unknown region 'atlantis'" in answer.content
        assert "euw1" in answer.content
        assert linking.replies == []

    async def test_an_address_too_long_for_a_button_is_put_into_the_text(
        self, world: DiscordSandbox, linking: FakeLinking
    ) -> None:
        linking.auth_url += "?padding=" + "x" * 512
        answer = await answered(world, "bind")
        assert linking.auth_url in answer.content
        assert answer.content.startswith("Sign in at Riot, mara.")
        assert "North America (na1)" in answer.content
        assert answer.buttons == []

    async def test_regions_are_suggested_by_name_and_code(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        choices = await world.autocomplete("mara", "bind", "region", "eu")
        assert [choice["value"] for choice in choices] == ["eun1", "euw1"]

    async def test_works_in_a_direct_message(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        answer = await world.wait_for_answer(await world.command("mara", "bind", dm=True))
        assert answer.links


class TestCode:
    """Where the browser does not prove who it is at Discord."""

    @pytest.fixture
    async def invited(self, world: DiscordSandbox, linking: FakeLinking) -> Asked:
        """Mara has a link; her browser has come to the page with the code."""
        linking.signs_in_at_discord = False
        linking.codes["ABCD-EFGH"] = str(world.user("mara").id), "Mara Main#EUW"
        asked = await world.command("mara", "bind")
        await world.wait_for_answer(asked)
        return asked

    async def test_the_answer_says_what_the_second_button_is_for(self, invited: Asked) -> None:
        assert labels(shown(invited)) == ["Sign in", "Enter code"]
        assert "The sign-in ends with a code" in shown(invited).content

    async def test_the_button_opens_a_form_with_one_field_that_takes_a_code_with_blanks_around_it(
        self, world: DiscordSandbox, invited: Asked
    ) -> None:
        opened = await world.click("mara", shown(invited), label="Enter code")
        assert opened.form is not None
        (label,) = opened.form["components"]
        field = label["component"]
        assert (field["style"], field["min_length"], field["max_length"]) == (1, 8, 16)

    async def test_a_press_that_discord_gave_up_opens_nothing_and_is_no_defect(
        self, world: DiscordSandbox, invited: Asked
    ) -> None:
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, message="Unknown")
        with capture_logs() as logs:
            opened = await world.click("mara", shown(invited), label="Enter code")
        assert opened.form is None
        assert [log["error"] for log in logs if log["event"] == "command_refused"] == ["ReplyExpired"]

    async def test_a_right_code_links_the_account_and_takes_the_buttons_away(
        self, world: DiscordSandbox, services: FakeBotServices, invited: Asked
    ) -> None:
        opened = await world.click("mara", shown(invited), label="Enter code")
        await world.submit_form("mara", opened, code="ABCD-EFGH")
        (answer,) = world.messages("mara")
        assert answer.content.startswith("Linked: **Mara Main#EUW** · Europe West (euw1).")
        assert "`/analyze`" in answer.content
        assert answer.buttons == []
        assert services.binding.bindings[str(world.user("mara").id)]

    async def test_a_wrong_code_is_told_beside_the_link_which_can_be_tried_again(
        self, world: DiscordSandbox, services: FakeBotServices, invited: Asked
    ) -> None:
        opened = await world.click("mara", shown(invited), label="Enter code")
        await world.submit_form("mara", opened, code="AAAA-AAAA")
        kept, told = world.messages("mara")
        assert told.ephemeral
        assert told.content.startswith("That code is wrong or has expired.")
        assert labels(kept) == ["Sign in", "Enter code"]
        opened = await world.click("mara", kept, label="Enter code")
        await world.submit_form("mara", opened, code="ABCD-EFGH")
        assert world.messages("mara")[0].content.startswith("Linked:")

    async def test_two_people_at_their_forms_at_once_link_what_is_theirs(
        self, world: DiscordSandbox, services: FakeBotServices, linking: FakeLinking, invited: Asked
    ) -> None:
        linking.codes["WXYZ-WXYZ"] = str(world.user("jonas").id), "Jonas#EUW"
        his = await answered(world, "bind", "jonas")
        hers_opened = await world.click("mara", shown(invited), label="Enter code")
        his_opened = await world.click("jonas", his, label="Enter code")
        await world.submit_form("mara", hers_opened, code="ABCD-EFGH")
        await world.submit_form("jonas", his_opened, code="WXYZ-WXYZ")
        assert [str(b.riot_id) for b in services.binding.bindings[str(world.user("mara").id)]] == ["Mara Main#EUW"]
        assert [str(b.riot_id) for b in services.binding.bindings[str(world.user("jonas").id)]] == ["Jonas#EUW"]

    async def test_button_and_open_form_outlive_the_bot(
        self, world: DiscordSandbox, services: FakeBotServices, invited: Asked
    ) -> None:
        await world.attach(ChimeraBot(services))
        opened = await world.click("mara", shown(invited), label="Enter code")
        await world.attach(ChimeraBot(services))
        await world.submit_form("mara", opened, code="ABCD-EFGH")
        assert world.messages("mara")[0].content.startswith("Linked:")

    async def test_too_many_codes_are_told_and_logged_without_the_code(
        self, world: DiscordSandbox, linking: FakeLinking, invited: Asked
    ) -> None:
        linking.failure = TooOften(retry_after=30)
        opened = await world.click("mara", shown(invited), label="Enter code")
        with capture_logs() as logs:
            await world.submit_form("mara", opened, code="ABCD-EFGH")
        assert "too often" in world.messages("mara")[-1].content
        assert [log["error"] for log in logs if log["event"] == "command_refused"] == ["TooOften"]
        assert "ABCD" not in str(logs)

    async def test_a_defect_behind_a_form_gets_an_id(
        self, world: DiscordSandbox, linking: FakeLinking, invited: Asked
    ) -> None:
        linking.failure = RuntimeError("secret detail")
        opened = await world.click("mara", shown(invited), label="Enter code")
        with capture_logs() as logs:
            await world.submit_form("mara", opened, code="ABCD-EFGH")
        (event,) = [log for log in logs if log["event"] == "command_failed"]
        assert event["error_id"] in world.messages("mara")[-1].content
        assert "secret detail" not in world.messages("mara")[-1].content

    async def test_a_bot_that_stops_takes_no_forms(
        self, world: DiscordSandbox, services: FakeBotServices, invited: Asked
    ) -> None:
        bot = ChimeraBot(services)
        await world.attach(bot)
        opened = await world.click("mara", shown(invited), label="Enter code")
        await bot.drain(1)
        await world.submit_form("mara", opened, code="ABCD-EFGH")
        assert world.messages("mara")[-1].content.startswith("Chimera is restarting.")
        assert services.binding.bindings == {}

    async def test_a_code_of_a_way_that_is_no_longer_offered_is_refused(
        self, world: DiscordSandbox, services: FakeBotServices, invited: Asked
    ) -> None:
        services.linking = None
        opened = await world.click("mara", shown(invited), label="Enter code")
        await world.submit_form("mara", opened, code="ABCD-EFGH")
        assert "A setting is missing" in world.messages("mara")[-1].content


class TestBindByIcon:
    @pytest.fixture
    async def asked(self, world: DiscordSandbox, icons: FakeIconProof) -> Asked:
        """Mara is to show an icon."""
        asked = await world.command("mara", "bind", riot_id="Mara Main#EUW", region="EUW")
        await world.wait_for_answer(asked)
        return asked

    async def press(self, world: DiscordSandbox, services: FakeBotServices, asked: Asked) -> ChannelMessage:
        """Verify, a while after the last time."""
        services.clock.advance(6)
        await world.click("mara", shown(asked), label="Verify")
        return shown(asked)

    async def test_shows_the_icon_to_the_person_alone_with_what_to_do(self, asked: Asked) -> None:
        answer = shown(asked)
        assert answer.ephemeral
        (embed,) = answer.embeds
        assert embed["title"] == "Show that Mara Main#EUW is yours"
        assert embed["image"]["url"] == "https://pictures.test/icon/12.png"
        assert "Europe West (euw1)" in embed["description"]
        assert [field["name"] for field in embed["fields"]] == ["Beware"]
        assert "Never set an icon because somebody asks you to." in embed["fields"][0]["value"]
        assert labels(answer) == ["Verify"]

    async def test_names_a_takeover(self, world: DiscordSandbox, icons: FakeIconProof) -> None:
        icons.takes_over = True
        answer = await answered(world, "bind", riot_id="Mara Main#EUW")
        (takeover,) = [field["value"] for field in answer.embeds[0]["fields"] if field["name"] == "It changes hands"]
        assert "linked to another Discord user" in takeover
        assert "they are told" in takeover

    async def test_looks_in_the_region_of_the_persons_language_unless_told(
        self, world: DiscordSandbox, icons: FakeIconProof, asked: Asked
    ) -> None:
        answer = await answered(world, "bind", riot_id="Mara Main#EUW")
        assert [platform for _, _, platform in icons.asked.values()] == [Platform.EUW1, Platform.NA1]
        assert "/bind region:" in answer.embeds[0]["description"]

    async def test_an_icon_that_is_there_links_the_account(
        self, world: DiscordSandbox, services: FakeBotServices, icons: FakeIconProof, asked: Asked
    ) -> None:
        icons.is_shown = True
        answer = await self.press(world, services, asked)
        assert answer.content.startswith("Linked: **Mara Main#EUW** · Europe West (euw1).")
        assert "`/analyze`" in answer.content
        assert answer.embeds == []
        assert answer.buttons == []

    async def test_an_icon_that_is_not_there_yet_leaves_the_picture_and_the_button(
        self, world: DiscordSandbox, services: FakeBotServices, icons: FakeIconProof, asked: Asked
    ) -> None:
        before = shown(asked)
        answer = await self.press(world, services, asked)
        assert "does not show that profile icon yet" in answer.content
        assert answer.embeds[0]["title"] == before.embeds[0]["title"]
        assert answer.embeds[0]["image"]["url"] == before.embeds[0]["image"]["url"]
        assert answer.buttons == before.buttons
        icons.is_shown = True
        assert (await self.press(world, services, asked)).content.startswith("Linked:")

    async def test_riot_is_asked_once_in_five_seconds_however_often_the_button_is_pressed(
        self, world: DiscordSandbox, services: FakeBotServices, icons: FakeIconProof, asked: Asked
    ) -> None:
        await self.press(world, services, asked)
        icons.is_shown = True
        services.clock.advance(4)
        await world.click("mara", shown(asked), label="Verify")
        assert "Riot was asked a moment ago." in shown(asked).content
        assert labels(shown(asked)) == ["Verify"]
        assert icons.looks == 1
        services.clock.advance(1)
        await world.click("mara", shown(asked), label="Verify")
        assert icons.looks == 2
        assert shown(asked).content.startswith("Linked:")

    async def test_one_attempt_does_not_hold_up_another(
        self, world: DiscordSandbox, icons: FakeIconProof, asked: Asked
    ) -> None:
        other = await world.command("jonas", "bind", riot_id="Jonas#EUW")
        await world.click("mara", shown(asked), label="Verify")
        await world.click("jonas", await world.wait_for_answer(other), label="Verify")
        assert icons.looks == 2

    async def test_the_button_outlives_the_bot(
        self, world: DiscordSandbox, services: FakeBotServices, icons: FakeIconProof, asked: Asked
    ) -> None:
        icons.is_shown = True
        await world.attach(ChimeraBot(services))
        assert (await self.press(world, services, asked)).content.startswith("Linked:")

    async def test_a_refusal_for_good_takes_the_place_of_picture_and_button(
        self, world: DiscordSandbox, services: FakeBotServices, icons: FakeIconProof, asked: Asked
    ) -> None:
        icons.failure = AccountTaken()
        answer = await self.press(world, services, asked)
        ((_, error, error_id),) = services.answers.errors
        assert answer.content == f"{error} [{error_id}]"
        assert answer.buttons == []

    async def test_a_riot_that_is_away_is_told_beside_it(
        self, world: DiscordSandbox, services: FakeBotServices, icons: FakeIconProof, asked: Asked
    ) -> None:
        icons.failure = Unavailable("Riot does not answer.")
        assert labels(await self.press(world, services, asked)) == ["Verify"]
        assert "Riot does not answer." in world.messages("mara")[-1].content

    @pytest.mark.parametrize("riot_id", ["Mara Main", "x#EUW", "Mara Main#toolong"])
    async def test_what_is_no_riot_id_is_answered_at_once(
        self, world: DiscordSandbox, icons: FakeIconProof, riot_id: str
    ) -> None:
        answer = await answered(world, "bind", riot_id=riot_id)
        assert answer.ephemeral
        assert "Name#TAG" in answer.content
        assert icons.asked == {}


class TestWaysNotOffered:
    async def test_without_icons_a_riot_id_is_of_no_use(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.icon_binding = None
        answer = await answered(world, "bind", riot_id="Mara Main#EUW")
        assert "linked by signing in at Riot, not by its Riot ID." in answer.content

    async def test_without_a_sign_in_a_riot_id_is_needed(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.linking = None
        answer = await answered(world, "bind")
        assert "linked by its Riot ID and a profile icon." in answer.content

    async def test_without_any_it_is_the_operators_to_set_up(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.linking = services.icon_binding = None
        assert "no way to prove" in (await answered(world, "bind")).content

    async def test_an_old_verify_button_says_so_and_goes(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        asked = await world.command("mara", "bind", riot_id="Mara Main#EUW")
        message = await world.wait_for_answer(asked)
        services.icon_binding = None
        await world.click("mara", message, label="Verify")
        assert "A setting is missing" in shown(asked).content
        assert shown(asked).buttons == []


class TestUnbind:
    async def test_needs_no_account_when_one_is_linked(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        answer = await answered(world, "unbind")
        assert answer.ephemeral
        assert answer.content == "**Mara Main#EUW** is no longer linked."
        assert services.binding.bindings[str(world.user("mara").id)] == []

    async def test_shows_a_name_as_itself(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "<t:1:R>#EUW")
        assert (await answered(world, "unbind")).content == r"**\<t:1:R>#EUW** is no longer linked."

    async def test_suggests_the_persons_own_accounts_and_nobody_elses(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        services.binding.link(world.user("mara").id, "Smurf#KR1", Platform.KR)
        services.binding.link(world.user("jonas").id, "Jonas#EUW")
        choices = await world.autocomplete("mara", "unbind", "account", "")
        assert [choice["value"] for choice in choices] == ["Mara Main#EUW", "Smurf#KR1"]
        assert [choice["name"] for choice in choices] == ["Mara Main#EUW · euw1 · main", "Smurf#KR1 · kr"]
        assert [c["value"] for c in await world.autocomplete("mara", "unbind", "account", "smu")] == ["Smurf#KR1"]

    async def test_suggests_nothing_while_storage_is_down(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.failure = Unavailable("The database does not answer.")
        assert await world.autocomplete("mara", "unbind", "account", "") == []

    async def test_says_that_nothing_is_linked(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        assert (await answered(world, "unbind")).content.startswith("No Riot account is linked yet.")

    async def test_asks_which_when_several_are_linked(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        services.binding.link(world.user("mara").id, "Smurf#KR1")
        assert (await answered(world, "unbind")).content.startswith("Several accounts are linked")


class TestAccounts:
    @pytest.fixture
    def mara(self, world: DiscordSandbox, services: FakeBotServices) -> str:
        """Mara's Discord id; two accounts are linked to her."""
        mara = str(world.user("mara").id)
        services.binding.link(mara, "Mara Main#EUW")
        services.binding.link(mara, "__smurf__#KR1", Platform.KR, Proof.ICON)
        return mara

    async def chosen(self, world: DiscordSandbox, label: str = "__smurf__#KR1") -> ChannelMessage:
        """The list with an account chosen."""
        await world.select("mara", await answered(world, "accounts"), label=label)
        return world.messages("mara")[-1]

    async def test_lists_them_main_first_with_region_and_proof(self, world: DiscordSandbox, mara: str) -> None:
        answer = await answered(world, "accounts")
        assert answer.ephemeral
        assert listed(answer) == [
            "- **Mara Main#EUW** · main",
            "Europe West (euw1) · proven by signing in at Riot",
            r"- **\_\_smurf\_\_#KR1**",
            "Korea (kr) · proven by a profile icon",
        ]
        assert [option["label"] for option in answer.options] == ["Mara Main#EUW", "__smurf__#KR1"]
        assert answer.buttons == []

    async def test_tells_of_an_account_that_riot_does_not_know(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str
    ) -> None:
        first = services.binding.bindings[mara][0]
        services.binding.bindings[mara][0] = first.model_copy(
            update={"missing_since": first.bound_at + timedelta(days=1)}
        )
        lines = listed(await answered(world, "accounts"))
        assert "Riot does not know this account at the moment." in lines[2]

    async def test_tells_how_to_link_when_there_is_none(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        answer = await answered(world, "accounts")
        assert answer.content == "No Riot account is linked yet. Link yours with `/bind`."
        assert answer.embeds == answer.payload["components"] == []

    async def test_the_last_one_removed_leaves_word_of_how_to_link_again(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        await world.click("mara", await answered(world, "accounts"), label="Remove")
        await world.click("mara", world.messages("mara")[-1], label="Remove")
        answer = world.messages("mara")[-1]
        assert answer.content.splitlines() == [
            "**Mara Main#EUW** is no longer linked.", "No Riot account is linked yet. Link yours with `/bind`.",
        ]  # fmt: skip
        assert answer.buttons == []

    async def test_a_single_account_needs_no_choice(self, world: DiscordSandbox, services: FakeBotServices) -> None:
        services.binding.link(world.user("mara").id, "Mara Main#EUW")
        answer = await answered(world, "accounts")
        assert answer.options == []
        assert labels(answer) == ["Remove"]

    async def test_a_chosen_account_stays_chosen_and_can_be_made_main_or_removed(
        self, world: DiscordSandbox, mara: str
    ) -> None:
        answer = await self.chosen(world)
        assert [option["label"] for option in answer.options if option.get("default")] == ["__smurf__#KR1"]
        assert labels(answer) == ["Make main", "Remove"]
        assert [button.get("disabled", False) for button in answer.buttons] == [False, False]

    async def test_the_main_account_cannot_be_made_main(self, world: DiscordSandbox, mara: str) -> None:
        answer = await self.chosen(world, "Mara Main#EUW")
        assert [button.get("disabled", False) for button in answer.buttons] == [True, False]

    async def test_making_one_main_shows_the_list_as_it_is_then(self, world: DiscordSandbox, mara: str) -> None:
        await world.click("mara", await self.chosen(world), label="Make main")
        answer = world.messages("mara")[-1]
        assert answer.content == r"**\_\_smurf\_\_#KR1** is your main account now."
        assert listed(answer)[0] == r"- **\_\_smurf\_\_#KR1** · main"

    async def test_removing_asks_once_more_and_then_does_it(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str
    ) -> None:
        await world.click("mara", await self.chosen(world), label="Remove")
        question = world.messages("mara")[-1]
        assert question.content.startswith(r"Remove **\_\_smurf\_\_#KR1**?")
        assert labels(question) == ["Remove", "Keep"]
        assert len(services.binding.bindings[mara]) == 2
        await world.click("mara", question, label="Remove")
        answer = world.messages("mara")[-1]
        assert answer.content == r"**\_\_smurf\_\_#KR1** is no longer linked."
        assert [str(binding.riot_id) for binding in services.binding.bindings[mara]] == ["Mara Main#EUW"]

    async def test_keeping_changes_nothing_and_goes_back_to_the_chosen_account(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str
    ) -> None:
        await world.click("mara", await self.chosen(world), label="Remove")
        await world.click("mara", world.messages("mara")[-1], label="Keep")
        answer = world.messages("mara")[-1]
        assert answer.content == ""
        assert len(answer.options) == len(services.binding.bindings[mara]) == 2
        assert [option["label"] for option in answer.options if option.get("default")] == ["__smurf__#KR1"]
        assert labels(answer) == ["Make main", "Remove"]

    @pytest.mark.parametrize("pressed", ["Make main", "Remove"])
    async def test_an_account_that_is_gone_meanwhile_is_told_and_none_other_touched(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str, pressed: str
    ) -> None:
        answer = await self.chosen(world)
        await services.binding.unbind(mara, puuid_of("__smurf__#KR1"))
        await world.click("mara", answer, label=pressed)
        after = world.messages("mara")[-1]
        assert after.content == "That list was out of date; this is yours as it is now."
        assert labels(after) == ["Remove"]
        assert len(services.binding.bindings[mara]) == 1

    async def test_an_account_that_is_somebody_elses_by_now_is_not_taken_from_them(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str
    ) -> None:
        await world.click("mara", await self.chosen(world), label="Remove")
        await services.binding.unbind(mara, puuid_of("__smurf__#KR1"))
        services.binding.link(world.user("jonas").id, "__smurf__#KR1", Platform.KR)
        await world.click("mara", world.messages("mara")[-1], label="Remove")
        assert world.messages("mara")[-1].content.startswith("That list was out of date")
        assert len(services.binding.bindings[str(world.user("jonas").id)]) == 1

    async def test_select_and_buttons_outlive_the_bot(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str
    ) -> None:
        answer = await answered(world, "accounts")
        await world.attach(ChimeraBot(services))
        await world.select("mara", answer, label="__smurf__#KR1")
        await world.attach(ChimeraBot(services))
        await world.click("mara", world.messages("mara")[-1], label="Make main")
        assert "is your main account now" in world.messages("mara")[-1].content

    async def test_a_choice_while_storage_is_down_leaves_the_list(
        self, world: DiscordSandbox, services: FakeBotServices, mara: str
    ) -> None:
        answer = await answered(world, "accounts")
        services.binding.failure = Unavailable("The database does not answer.")
        await world.select("mara", answer, label="__smurf__#KR1")
        kept, told = world.messages("mara")
        assert kept.embeds == answer.embeds
        assert "The database does not answer." in told.content

    async def test_the_largest_number_of_accounts_fits_a_message(
        self, world: DiscordSandbox, services: FakeBotServices
    ) -> None:
        for number in range(10):
            services.binding.link(world.user("mara").id, f"{'_' * 15}{number}#ABCDE")
        answer = await self.chosen(world, f"{'_' * 15}9#ABCDE")
        assert len(answer.options) == 10
        assert all(len(button["custom_id"]) <= 100 for button in answer.buttons)
