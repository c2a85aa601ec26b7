"""Sentences to statements: declarations, domains, definitions, assumptions, claims, update rules."""
