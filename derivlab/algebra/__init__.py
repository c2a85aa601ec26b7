"""Floor 3: the canonical form. Small, exact and trusted; knows nothing of text, printing or torch."""
