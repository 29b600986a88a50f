"""A seeded world of listings on marketplaces, of which the truth is known (truth.py)."""

from infra.sandbox.world.markets import MARKETS, PARTNERS
from infra.sandbox.world.shapes import FIRST_DAY, Offer, Seller, Variant, date_of
from infra.sandbox.world.world import World

__all__ = ["FIRST_DAY", "MARKETS", "PARTNERS", "Offer", "Seller", "Variant", "World", "date_of"]
