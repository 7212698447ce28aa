"""The example in each hook's docstring, pasted as it stands, is a plugin whose answer is taken."""

from __future__ import annotations

import inspect
import textwrap
from types import ModuleType

import pytest

from hgplan.hookspecs import HOOKS, Hooks
from hgplan.plugins import Plugins


def example(hook: str) -> ModuleType:
    text = inspect.getdoc(getattr(Hooks, hook)) or ""
    code = textwrap.dedent(text.partition("::\n\n")[2])
    pasted = ModuleType(f"pasted_{hook}")
    exec(compile(code, pasted.__name__, "exec", dont_inherit=True), vars(pasted))
    return pasted


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_of_a_hook_answers_it(hook: str) -> None:
    plugins = Plugins.of(pasted=example(hook))
    plugins.check()
    assert plugins.describe()[0].hooks == (hook,)
    answered = plugins.phrases("sv") if hook == "hgplan_phrases" else getattr(plugins, hook.removeprefix("hgplan_"))()
    assert answered
