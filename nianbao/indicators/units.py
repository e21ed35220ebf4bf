"""Units: the dimension that a printed unit belongs to, and the factor to its canonical unit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.locations import CATALOG
from schemas.yaml_config import ConfigNode, load_yaml


@dataclass(frozen=True, slots=True)
class Dimension:
    """A set of units with comparable values: the canonical unit, and the factor of each unit to it.

    `bare` is true if reports also print the number without a unit, because the counted noun follows it. `also` is the
    name of a dimension that the same things are counted in too, in a series of their own (家, 家次).
    """

    name: str
    canonical: str
    factors: dict[str, float]
    bare: bool
    also: str = ""

    def holds(self, unit: str) -> bool:
        """Return whether a printed unit belongs to this dimension."""
        return unit in self.factors or (self.bare and unit == "")

    def factor(self, unit: str, to: str | None = None) -> float:
        """Return the factor that turns a value in `unit` into one in `to`, by default the canonical unit."""
        return self.factors.get(unit, 1.0) / (self.factors.get(to, 1.0) if to else 1.0)


@cache
def load_units(path: Path = CATALOG / "units.yaml") -> dict[str, Dimension]:
    """Return all dimensions by name.

    Raises:
        ConfigError: An entry is wrong; the message names file and line.
    """
    top = load_yaml(path)
    top.check_keys(["dimensions"])
    dimensions = top.values["dimensions"]
    if not isinstance(dimensions, ConfigNode):
        top.refuse("'dimensions' must be a mapping of name to dimension", "dimensions")
    found = {name: _dimension(name, dimensions) for name in dimensions.values}
    for dimension in found.values():
        if dimension.also and dimension.also not in found:
            dimensions.refuse(f"{dimension.also!r} is no dimension", dimension.name)
    return found


def _dimension(name: str, dimensions: ConfigNode) -> Dimension:
    entry = dimensions.values[name]
    if not isinstance(entry, ConfigNode):
        dimensions.refuse(f"the dimension {name!r} must be a mapping", name)
    entry.check_keys(["canonical", "units"], ["bare", "also"])
    units = entry.values["units"]
    if not isinstance(units, ConfigNode):
        entry.refuse("'units' must be a mapping of unit to factor", "units")
    factors = {unit: units.number(unit) for unit in units.values}
    for unit, factor in factors.items():
        if factor <= 0:
            units.refuse(f"the factor of {unit!r} must be above 0", unit)
    canonical = entry.text("canonical")
    bare = entry.values.get("bare", False)
    if not isinstance(bare, bool):
        entry.refuse("'bare' must be true or false", "bare")
    if canonical and factors.get(canonical) != 1:
        entry.refuse(f"the canonical unit {canonical!r} must be among the units, with factor 1", "canonical")
    return Dimension(name, canonical, factors, bare, entry.text("also", ""))
