"""Cassiopeia itself, with its HTTP client pointed at the stand-in.

What is changed, and nothing else: the address; its line on standard output for each call (off, as its documentation
offers); and a missing charset, which Riot leaves out at times, is put into the content type, because this version
leaves JSON without one unparsed and breaks.
"""

import re
import warnings
from typing import Any

from benchmarks.clients.client import riot_key, riot_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # invalid escapes in its sources
    import cassiopeia
    from cassiopeia.datastores import common

_HOST = re.compile(r"^https://(\w+)\.api\.riotgames\.com")


def redirect() -> Any:
    """Point cassiopeia at the stand-in; the package, ready for use."""
    request = common.HTTPClient._get  # noqa: SLF001 - its only seam below the parsing
    base = riot_url()

    def get(url: str, headers: Any = None, rate_limiters: Any = None) -> Any:
        answer = request(_HOST.sub(lambda found: base.replace("{host}", found[1]), url), headers, rate_limiters)
        if "charset" not in answer.headers.get("Content-Type", ""):
            answer.headers["Content-Type"] = "application/json;charset=utf-8"
        return answer

    common.HTTPClient._get = staticmethod(get)  # noqa: SLF001
    common._print_calls = False  # noqa: SLF001 - what the setting `print_calls` sets
    cassiopeia.set_riot_api_key(riot_key())
    return cassiopeia
