"""An additive logistic model: its log-odds are a sum of one curve a feature, without crossings."""

from __future__ import annotations

from collections.abc import Mapping

from ml.trees import Trees, trees


def build(params: Mapping[str, float | int | str | bool]) -> Trees:
    """Give the unfitted model; `params` are those of conf/models/robust.yaml.

    Trees of one question each (Lou, Caruana and Gehrke 2012, Intelligible Models for Classification
    and Regression): a logistic regression whose terms may bend, that knows what to do with what is
    missing, and that is kept in the same file as other models.
    """
    return trees({**params, "max_depth": 1}, objective="binary:logistic")
