"""Documents with something wrong somewhere."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
_GONE = object()


def spoilt(document: dict[str, Any], data: st.DataObject, times: int = 2) -> dict[str, Any]:
    """A copy in which up to `times` values, anywhere, are replaced by any JSON or removed."""
    copy = deepcopy(document)
    for _ in range(data.draw(st.integers(1, times))):
        holder: Any = copy
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(holder[key], dict | list) and data.draw(st.integers(0, 9)):
                holder = holder[key]
                continue
            _replace(holder, key, data.draw(JSON_VALUES | st.just(_GONE)))
            break
    return copy


def _replace(holder: Any, key: Any, value: Any) -> None:
    if value is _GONE:
        del holder[key]
    else:
        holder[key] = value
