"""A first draft, until the fitted one."""

MODEL_VERSION = "draft"
SIDE = -0.03
NEW_ERA_GAIN = 1.1
KNOT_MINUTES = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0)
_GOLD = (0.09, 0.1, 0.13, 0.16, 0.20, 0.24, 0.26, 0.28, 0.3)
WEIGHTS = tuple((gold, 0.05, 0.08, 0.03, 0.0, 0.0, 0.005, 0.05, 0.2, 0.3, 0.4, 0.5, 0.02, 0.02, 0.1) for gold in _GOLD)
SPREAD = (tuple((0.01,) + (0.0,) * 14 for _ in _GOLD),)
UNSEEN_SPREAD = (0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.1, 0.2, 0.3)
