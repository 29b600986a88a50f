"""Boosted trees that tell listings of counterfeits from all others."""

from __future__ import annotations

from collections.abc import Mapping

from ml.trees import Trees, trees


def build(params: Mapping[str, float | int | str | bool]) -> Trees:
    """Give the unfitted model; `params` are those of conf/models/counterfeit.yaml."""
    return trees(params, objective="binary:logistic")
