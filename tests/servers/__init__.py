"""Real servers for the tests, each on loopback, each ended by its own process id."""
