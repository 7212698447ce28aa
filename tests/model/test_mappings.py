"""Frozen mappings: values like any other."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.model import FrozenMapping, freeze, thaw

items = st.dictionaries(st.text(max_size=3), st.integers())
nested = st.recursive(
    st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@given(items)
def test_order_of_keys_is_kept_and_makes_no_difference(found: dict[str, int]) -> None:
    mapping, backwards = FrozenMapping(found), FrozenMapping(dict(reversed(found.items())))
    assert list(mapping) == list(found)
    assert mapping == backwards == found
    assert hash(mapping) == hash(backwards)


@given(items)
def test_a_mapping_pickles_and_copies_as_its_equal(found: dict[str, int]) -> None:
    mapping = FrozenMapping(found)
    hash(mapping)
    for again in (pickle.loads(pickle.dumps(mapping)), copy.deepcopy(mapping)):
        assert again == mapping
        assert hash(again) == hash(mapping)


def test_the_hash_of_another_process_does_not_travel() -> None:
    code = (
        "import pickle, sys; from hgplan.model import FrozenMapping; mapping = FrozenMapping({'a': 'b'});"
        "hash(mapping); sys.stdout.buffer.write(pickle.dumps(mapping))"
    )
    sent = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": "1"}
    ).stdout
    assert pickle.loads(sent) in {FrozenMapping({"a": "b"})}


@given(nested)
def test_what_is_frozen_can_be_hashed_and_thawed_again(value: object) -> None:
    frozen = freeze(value)
    hash(frozen)
    assert thaw(frozen) == value


def test_a_mapping_does_not_change() -> None:
    mapping = FrozenMapping({"a": 1})
    with pytest.raises(AttributeError, match="does not change"):
        mapping.a = 2  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        mapping["a"] = 2  # type: ignore[index]
