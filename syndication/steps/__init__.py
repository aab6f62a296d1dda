"""What the daemon does, a verb a file. Each step claims due rows and may run anywhere, twice."""
