"""Shops never seen before: from an address to a draft of their YAML."""
