"""hgplan makes an operational plan computable: targets held against metrics, for every unit and period."""
