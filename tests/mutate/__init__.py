"""A mutation run over the rules: `make mutate`."""
