"""What the daemon serves over HTTP: apps of their own, each on threads of its own."""
