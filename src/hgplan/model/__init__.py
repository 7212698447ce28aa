"""The plan, the organisation and its time, as values that never change."""
