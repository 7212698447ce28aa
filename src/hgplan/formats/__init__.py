"""Plans in and out of files: TOML and JSON, with the places of everything that is wrong."""

from hgplan.formats.plans import JSON, TOML, PlanText, dump_plan, load_plan, with_locations
from hgplan.formats.schema import plan_schema

__all__ = ["JSON", "TOML", "PlanText", "dump_plan", "load_plan", "plan_schema", "with_locations"]
