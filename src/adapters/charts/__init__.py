"""Charts as PNG."""

from src.adapters.charts.gold_chart import MatplotlibGoldChart

__all__ = ["MatplotlibGoldChart"]
