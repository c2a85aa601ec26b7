"""Course systems: each file writes what one system expects, and runs where that system runs it."""
