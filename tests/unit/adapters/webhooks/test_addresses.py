"""What an address tells by itself."""

import pytest

from src.adapters.webhooks import WebhookSettings
from src.adapters.webhooks.addresses import WebhookAddresses
from src.core.errors import WebhookRefused

STRANGERS = WebhookAddresses(())


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example",
        "https://hooks.example/",
        "HTTPS://Hooks.Example:443/a/b?c=d&e#f",
        "https://hooks.example./",
        "https://my_hooks.a-b.example/%20?x=%0A",
        "https://bücher.example/카이사",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "https://127.0.0.1.nip.example/",
        "https://hooks.example/@not-a-user:not-a-password@",
    ],
)
def test_an_ordinary_address_is_fine(url: str) -> None:
    assert not STRANGERS.check(url).is_trusted


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "https"),
        ("https://", "https"),
        ("https:///path", "https"),
        ("//hooks.example/", "https"),
        ("hooks.example/x", "https"),
        ("javascript:alert(1)", "https"),
        ("file:///etc/passwd", "https"),
        ("http://hooks.example/", "https"),
        ("http://hooks.example:443/", "https"),
        ("wss://hooks.example/", "https"),
        ("https://hooks.example:80/", "port 443"),
        ("https://hooks.example:6379/", "port 443"),
        ("https://hooks.example:0/", "port 443"),
        ("https://hooks.example:99999/", "no URL"),
        ("https://hooks.example:port/", "no URL"),
        ("https://me@hooks.example/", "user"),
        ("https://me:secret@hooks.example/", "user"),
        ("https://:secret@hooks.example/", "user"),
        ("https://hooks.example@127.0.0.1/", "user"),
        ("https://127.0.0.1/", "not public"),
        ("https://10.1.2.3/", "not public"),
        ("https://0.0.0.0/", "not public"),
        ("https://169.254.169.254/latest/meta-data/", "not public"),
        ("https://[::1]/", "not public"),
        ("https://[::]/", "not public"),
        ("https://[::ffff:127.0.0.1]/", "not public"),
        ("https://[64:ff9b::7f00:1]/", "not public"),
        ("https://[fe80::1%25eth0]/", "not public"),
        ("https://127。0。0。1/", "not public"),
        ("https://\uff11\uff12\uff17.0.0.1/", "not public"),
        ("https://127.1/", "host name"),
        ("https://2130706433/", "host name"),
        ("https://0x7f000001/", "host name"),
        ("https://0x7f.0.0.1/", "host name"),
        ("https://0177.0.0.1/", "host name"),
        ("https://127.0.0.1./", "host name"),
        ("https://hooks.0x/", "host name"),
        ("https://127%2E0.0.1/", "host name"),
        ("https://localhost/", "host name"),
        ("https://ⓛocalhost/", "host name"),
        ("https://redis/", "host name"),
        ("https://hooks..example/", "host name"),
        ("https://a.localhost/", "not public"),
        ("https://metadata.google.internal/", "not public"),
        ("https://printer.local./", "not public"),
        ("https://hooks.example/a b", "blanks"),
        (" https://hooks.example/", "blanks"),
        ("https://hooks.example/\r\nHost: other", "blanks"),
        ("https://hooks\t.example/", "blanks"),
        ("https://hooks.example/\x7f", "blanks"),
        ("https://hooks.example\\@127.0.0.1/", "no URL"),
        ("https://hooks.example/" + "x" * 2048, "longer than"),
    ],
)
def test_what_can_never_be_called_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(WebhookRefused, match=reason):
        STRANGERS.check(url)


@pytest.mark.parametrize("url", ["https://me:hunter2@hooks.example/", "http://hooks.example/?token=hunter2"])
def test_the_reason_does_not_repeat_what_may_be_secret(url: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        STRANGERS.check(url)
    assert "hunter2" not in str(refused.value)
    assert "hooks" not in str(refused.value)


class TestAllowedHosts:
    """The admin's exceptions."""

    @pytest.fixture
    def addresses(self, monkeypatch: pytest.MonkeyPatch) -> WebhookAddresses:
        monkeypatch.setenv("WEBHOOK_ALLOWED_HOSTS", " Hooks.Internal., 127.0.0.1:8080,[::1]:9,bücher.example ,, redis")
        return WebhookAddresses(WebhookSettings().webhook_allowed_hosts)

    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.internal/",
            "http://hooks.internal:1234/",
            "https://HOOKS.internal.:99/",
            "http://127.0.0.1:8080/x",
            "https://127.0.0.1:8080/x",
            "http://[::1]:9/",
            "http://[0:0::1]:9/",
            "http://xn--bcher-kva.example/",
            "http://redis/",
        ],
    )
    def test_they_may_be_http_or_private(self, addresses: WebhookAddresses, url: str) -> None:
        assert addresses.check(url).is_trusted

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/",
            "http://127.0.0.1:8081/",
            "http://127.0.0.2:8080/",
            "http://[::1]/",
            "http://other.hooks.internal/",
            "http://hooks.internal.example/",
            "ftp://hooks.internal/",
            "http://me:secret@hooks.internal/",
        ],
    )
    def test_no_others_may(self, addresses: WebhookAddresses, url: str) -> None:
        with pytest.raises(WebhookRefused):
            addresses.check(url)

    def test_nobody_is_allowed_unless_listed(self) -> None:
        assert WebhookSettings(_env_file=None).webhook_allowed_hosts == ()
