"""Changes: what imports, pins and merges did to accounts, by whom, and taking it back."""
