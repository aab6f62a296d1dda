"""The steps over a network in memory, a small web in memory and a clock that only tests move."""
