"""Measures: descriptions of a figure, never its calculation.

A measure says what is counted of which rows; the engine alone decides how, where and at which level. Two measures are
equal when they say the same, and `str` gives the text form that :func:`hgplan.parse` reads back.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal, TypeAlias

import attrs

from hgplan.errors import PlanError
from hgplan.metrics.parameters import Parameter, frozen
from hgplan.metrics.rows import call, check_choice, check_duration
from hgplan.model.grains import as_grain
from hgplan.model.mappings import FrozenMapping

__all__ = [
    "Comparison",
    "Default",
    "Formula",
    "Having",
    "Joined",
    "MeanOfUnits",
    "Measure",
    "Named",
    "Number",
    "NumberSign",
    "Part",
    "Previous",
    "Reading",
    "Shift",
    "ToDate",
    "Trailing",
    "children",
]

NumberSign = Literal["+", "-", "*", "/"]
ComparisonSign = Literal["==", "!=", "<", "<=", ">", ">="]
Reading: TypeAlias = Literal["last", "first", "mean"]

_READINGS = ("last", "first", "mean")


# order=False, here and below: comparing makes a question (Having); type checkers take attrs to order otherwise.
@attrs.frozen(order=False)
class Measure:
    """What figure is asked for; combine measures with `+ - * /` and read them over time with the verbs below."""

    # How tightly the printed form binds, by Python's grammar: 0 sums, 1 products, 2 calls and names.
    _binds: ClassVar[int] = 2

    def __add__(self, other: Measure | float) -> Measure:
        return Formula("+", self, _operand(other))

    def __radd__(self, other: float) -> Measure:
        return Formula("+", _operand(other), self)

    def __sub__(self, other: Measure | float) -> Measure:
        return Formula("-", self, _operand(other))

    def __rsub__(self, other: float) -> Measure:
        return Formula("-", _operand(other), self)

    def __mul__(self, other: Measure | float) -> Measure:
        return Formula("*", self, _operand(other))

    def __rmul__(self, other: float) -> Measure:
        return Formula("*", _operand(other), self)

    def __truediv__(self, other: Measure | float) -> Measure:
        return Formula("/", self, _operand(other))

    def __rtruediv__(self, other: float) -> Measure:
        return Formula("/", _operand(other), self)

    def __neg__(self) -> Measure:
        return Number(-self.value) if isinstance(self, Number) else 0 - self

    def __lt__(self, value: float) -> Having:
        return Comparison("<", self, _operand(value))

    def __le__(self, value: float) -> Having:
        return Comparison("<=", self, _operand(value))

    def __gt__(self, value: float) -> Having:
        return Comparison(">", self, _operand(value))

    def __ge__(self, value: float) -> Having:
        return Comparison(">=", self, _operand(value))

    @property
    def numerator(self) -> Measure:
        """What stands above the line."""
        return Part("numerator", self)

    @property
    def denominator(self) -> Measure:
        """What stands below the line."""
        return Part("denominator", self)

    def default(self, value: float | None) -> Measure:
        """The figure where no row stands behind it or nothing is below the line; never for missing or immature."""
        return Default(self, value)

    def to_date(self, grain: str | None = None, at: Reading = "last") -> Measure:
        """From the start of the grain (None: of time) to each day; `at` says which day a coarser period reads."""
        return ToDate(self, grain, at)

    def trailing(self, window: str, at: Reading = "last") -> Measure:
        """Over (day - window, day] of each day; `at` says which day a coarser period reads."""
        return Trailing(self, window, at)

    def shift(self, offset: str | None = None, *, to: str | None = None) -> Measure:
        """Day by day, the figure of `offset` earlier, or of the first day of the grain `to`."""
        return Shift(self, offset, to)

    def previous(self, offset: str) -> Measure:
        """The whole period that lies `offset` before."""
        return Previous(self, offset)

    def mean_of_units(self, level: str) -> Measure:
        """The plain mean of the figures of the units of a level: another figure than the unit's own."""
        return MeanOfUnits(self, level)


@attrs.frozen(order=False)
class Number(Measure):
    """A number in a formula."""

    # 1 == 1.0 in Python, but they print differently: the type takes part in comparison.
    value: int | float = attrs.field(eq=lambda v: (type(v).__name__, v))

    def __attrs_post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not math.isfinite(self.value):
            shown = self.value if isinstance(self.value, float) else type(self.value).__name__
            raise PlanError(f"{shown} is no number for a formula")

    def __str__(self) -> str:
        return repr(self.value)


def _operand(value: Measure | float) -> Measure:
    return value if isinstance(value, Measure) else Number(value)


@attrs.frozen(order=False)
class Named(Measure):
    """Another metric by its name, with parameters where they differ from its own."""

    name: str
    parameters: FrozenMapping[str, Parameter] = attrs.field(factory=FrozenMapping, converter=frozen)

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in sorted(self.parameters.items()))})"


@attrs.frozen(order=False)
class Formula(Measure):
    """Arithmetic on two measures; a null on either side makes null, and nothing below the line too."""

    sign: NumberSign
    left: Measure
    right: Measure

    @property
    def _binds(self) -> int:  # type: ignore[override]  # the one measure whose binding depends on its sign
        return 0 if self.sign in "+-" else 1

    def __str__(self) -> str:
        # Python reads from the left, so an equally loose right side needs its brackets to stay itself.
        return f"{_inside(self.left, self._binds)} {self.sign} {_inside(self.right, self._binds + 1)}"


def _inside(measure: Measure, least: int) -> str:
    return str(measure) if measure._binds >= least else f"({measure})"


def _verb(of: Measure, name: str) -> str:
    return f"({of}).{name}" if isinstance(of, Formula | Number) else f"{of}.{name}"


@attrs.frozen(order=False)
class Part(Measure):
    """The numerator or the denominator of a measure, as a measure of its own."""

    side: Literal["numerator", "denominator"]
    of: Measure

    def __str__(self) -> str:
        return _verb(self.of, self.side)


@attrs.frozen(order=False)
class Default(Measure):
    """A measure with a figure for 'no row' and 'nothing below the line'."""

    of: Measure
    value: int | float | None = attrs.field(eq=lambda v: (type(v).__name__, v))

    def __attrs_post_init__(self) -> None:
        if self.value is not None:
            Number(self.value)

    def __str__(self) -> str:
        return _verb(self.of, call("default", self.value))


@attrs.frozen(order=False)
class ToDate(Measure):
    """A running figure from the start of a grain, or of time."""

    of: Measure
    grain: str | None = attrs.field(default=None, converter=attrs.converters.optional(as_grain))
    at: Reading = "last"

    def __attrs_post_init__(self) -> None:
        check_choice(self.at, "at", _READINGS)
        _refuse_running(self.of, "to_date")

    def __str__(self) -> str:
        grain = [] if self.grain is None else [self.grain]
        return _verb(self.of, call("to_date", *grain, at=(self.at, "last")))


@attrs.frozen(order=False)
class Trailing(Measure):
    """A running figure over a window that ends on each day."""

    of: Measure
    window: str
    at: Reading = "last"

    def __attrs_post_init__(self) -> None:
        check_choice(self.at, "at", _READINGS)
        check_duration(self.window)
        _refuse_running(self.of, "trailing")

    def __str__(self) -> str:
        return _verb(self.of, call("trailing", self.window, at=(self.at, "last")))


@attrs.frozen(order=False)
class Shift(Measure):
    """A measure read day by day on an earlier day, or on the first day of a grain."""

    of: Measure
    offset: str | None = None
    to: str | None = attrs.field(default=None, converter=attrs.converters.optional(as_grain))

    def __attrs_post_init__(self) -> None:
        if (self.offset is None) == (self.to is None):
            raise PlanError("shift needs an offset or a grain", hint="write .shift('1y') or .shift(to='month')")
        if self.offset is not None:
            check_duration(self.offset)

    def __str__(self) -> str:
        offset = [] if self.offset is None else [self.offset]
        return _verb(self.of, call("shift", *offset, to=(self.to, None)))


@attrs.frozen(order=False)
class Previous(Measure):
    """A measure of a whole earlier period."""

    of: Measure
    offset: str

    def __attrs_post_init__(self) -> None:
        check_duration(self.offset)

    def __str__(self) -> str:
        return _verb(self.of, call("previous", self.offset))


@attrs.frozen(order=False)
class MeanOfUnits(Measure):
    """The mean of the figures of a level's units, each counting as one."""

    of: Measure
    level: str

    def __str__(self) -> str:
        return _verb(self.of, call("mean_of_units", self.level))


def children(measure: Measure) -> tuple[Measure, ...]:
    """The measures that a measure is made of, left to right."""
    parts = (getattr(measure, field.name) for field in attrs.fields(type(measure)))
    return tuple(part for part in parts if isinstance(part, Measure))


def _refuse_running(measure: Measure, verb: str) -> None:
    for part in (measure, *children(measure)):
        if isinstance(part, ToDate | Trailing):
            raise PlanError(
                f"{verb} of a running figure is no figure: {part}", hint="take the running figure of what it runs over"
            )
        if isinstance(part, Previous):
            raise PlanError(
                f"{verb} of a whole earlier period is no figure: {part}", hint=f"put .previous after {verb}"
            )
        if part is not measure:
            _refuse_running(part, verb)


@attrs.frozen
class Having:
    """A question about each key's own figure, for `distinct(having=...)`."""

    def __and__(self, other: Having) -> Having:
        return Joined("&", self, other)

    def __or__(self, other: Having) -> Having:
        return Joined("|", self, other)

    def __bool__(self) -> bool:
        raise PlanError(f"{self} has no truth of its own; it is asked of each key", hint="join with & and |")


@attrs.frozen
class Comparison(Having):
    """A measure held against a number or another measure."""

    sign: ComparisonSign
    left: Measure
    right: Measure

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@attrs.frozen
class Joined(Having):
    """Two questions together: `&` both, `|` at least one."""

    sign: Literal["&", "|"]
    left: Having
    right: Having

    def __str__(self) -> str:
        same = isinstance(self.left, Joined) and self.left.sign == self.sign
        return f"{self.left if same else f'({self.left})'} {self.sign} ({self.right})"
