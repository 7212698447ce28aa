"""A synthetic region, written from a seed: the same bytes on every machine."""
