"""The marketplaces in the order of their ports."""

from __future__ import annotations

from infra.sandbox.servers import agora, aurora, bazaar, harbor, jishi, kiosk, plaza, ruins
from infra.sandbox.servers.shop import Market

MARKETS: tuple[Market, ...] = (
    harbor.MARKET,
    bazaar.MARKET,
    kiosk.MARKET,
    plaza.MARKET,
    jishi.MARKET,
    aurora.MARKET,
    agora.MARKET,
    ruins.MARKET,
)
