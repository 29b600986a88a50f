"""Boosted trees that start from the rules, for an alliance whose people have decided little yet."""

from __future__ import annotations

from collections.abc import Mapping

from ml.trees import Trees, trees


def build(params: Mapping[str, float | int | str | bool]) -> Trees:
    """Give the unfitted model; `params` are those of conf/models/cold_start.yaml."""
    return trees(params, objective="binary:logistic")
