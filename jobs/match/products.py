"""The alliance's catalogue as a table, one row a product."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from conf import contract
from conf.brand import Brand, Product
from conf.currency import Currencies, currencies
from conf.errors import ConfError
from jobs.clean._fold import fold


def products(*, brands: tuple[Brand, ...]) -> DataFrame:
    """Give the alliance's products with reference prices in dollars and hashes of photos."""
    rows = list(product_rows(brands, currencies()))
    return SparkSession.active().createDataFrame(rows, contract.table("products").spark())


def product_rows(brands: tuple[Brand, ...], rates: Currencies) -> Iterator[dict[str, Any]]:
    """Give the rows of `products`, by brand and product.

    Raises:
        ConfError: a reference price is in a currency that has no rate.

    """
    for brand in brands:
        for product in brand.products:
            usd = sorted(_reference_usd(brand, product, rates))
            yield {
                "product_key": f"{brand.key}/{product.key}",
                "brand": brand.key,
                "name": product.name,
                "category": product.category,
                "gtin": product.gtin.zfill(14) if product.gtin else None,
                "mpn": fold(product.mpn).text if product.mpn else None,
                "reference_usd": median(usd) if usd else None,
                "lowest_reference_usd": usd[0] if usd else None,
                "photo_pdq_hex": [photo.pdq for photo in product.photos],
            }


def _reference_usd(brand: Brand, product: Product, rates: Currencies) -> Iterator[float]:
    for market, price in product.reference_prices.items():
        if price.currency not in rates.usd:
            raise ConfError(
                f"brand {brand.key}, product {product.key}, market {market}: no rate for "
                f"{price.currency!r}; add it to conf/currencies.yaml"
            )
        yield price.amount * rates.usd[price.currency]
