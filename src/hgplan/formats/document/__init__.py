"""Reading a written plan: prose in, a draft of the plan out, with every figure traced to its sentence."""

from __future__ import annotations

from hgplan.formats.document.reading import read_document

__all__ = ["read_document"]
