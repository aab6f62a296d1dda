"""The networks: one contract, one registry, a package for each network."""
