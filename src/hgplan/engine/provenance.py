"""Where figures come from: the tables that were read, told by the hash of what they hold."""

from __future__ import annotations

import hashlib
import io

import attrs

from hgplan.engine.collecting import collect
from hgplan.engine.facts import Facts

__all__ = ["Provenance", "provenance"]


@attrs.frozen(kw_only=True)
class Provenance:
    """A table that was read: how many rows it has, and the hash of what it holds."""

    table: str
    rows: int
    sha256: str


def provenance(facts: Facts, table: str) -> Provenance:
    """The table's rows, hashed in the order in which they came."""
    frame = collect(facts.frame(table))
    written = io.BytesIO()
    frame.rechunk().write_ipc_stream(written)
    return Provenance(table=table, rows=frame.height, sha256=hashlib.sha256(written.getvalue()).hexdigest())
