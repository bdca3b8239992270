"""Charts as PNG."""

from src.adapters.charts.match_chart import MatplotlibMatchChart

__all__ = ["MatplotlibMatchChart"]
