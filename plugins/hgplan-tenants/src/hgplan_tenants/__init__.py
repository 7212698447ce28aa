"""The tenants' union pack for hgplan: its tables, its metrics, the phrases of its plans, and an example region."""
