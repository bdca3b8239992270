"""Items: prices, recipes and the stats that show in `championStats`."""

from dataclasses import dataclass

from src.sandbox.riot.generator.champions import Style

STEALTH_WARD = 3340
FARSIGHT = 3363
ORACLE_LENS = 3364
CONTROL_WARD = 2055
HEALTH_POTION = 2003
WORLD_ATLAS = 3865
TRINKETS = frozenset({STEALTH_WARD, FARSIGHT, ORACLE_LENS})
WORLD_ATLAS_UPGRADES = ((3866, 400), (3867, 1000))
"""What the support item becomes, and the gold it must have earned by then."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `parts` are the ids bought on the way, `price` is the total in gold."""

    id: int
    price: int
    parts: tuple[int, ...] = ()
    attack: int = 0
    power: int = 0
    health: int = 0
    armor: int = 0
    resist: int = 0
    speed: int = 0
    haste: int = 0
    move: int = 0


_ALL = (
    Item(1055, 450, attack=10, health=80),
    Item(1054, 450, health=110),
    Item(1056, 400, power=18, health=90),
    Item(HEALTH_POTION, 50),
    Item(WORLD_ATLAS, 400, health=30),
    Item(3866, 400, health=100),
    Item(3867, 400, health=200),
    Item(1101, 450),
    Item(1102, 450),
    Item(1103, 450),
    Item(STEALTH_WARD, 0),
    Item(FARSIGHT, 0),
    Item(ORACLE_LENS, 0),
    Item(CONTROL_WARD, 75),
    Item(3184, 950, attack=25, health=150),
    Item(3112, 950, power=50, health=150),
    Item(2051, 950, health=150),
    Item(1001, 300, move=25),
    Item(1036, 350, attack=10),
    Item(1028, 400, health=150),
    Item(1052, 400, power=20),
    Item(1042, 250, speed=10),
    Item(1029, 300, armor=15),
    Item(1033, 400, resist=20),
    Item(1037, 875, attack=25),
    Item(1038, 1300, attack=40),
    Item(1018, 600),
    Item(1026, 850, power=45),
    Item(1058, 1200, power=65),
    Item(3067, 800, (1028,), health=200, haste=10),
    Item(3133, 1050, (1036, 1036), attack=20, haste=10),
    Item(3044, 1100, (1028, 1036), attack=15, health=200),
    Item(3134, 1000, (1036, 1036), attack=20),
    Item(3802, 1200, (1052,), power=40, haste=10),
    Item(3145, 1100, (1052, 1052), power=45),
    Item(3108, 850, (1052,), power=25, haste=10),
    Item(3113, 900, (1052,), power=30),
    Item(3114, 600),
    Item(4642, 900, (1052,), power=20),
    Item(3147, 1300, (1052, 1028), power=30, health=200),
    Item(1031, 800, (1029,), armor=40),
    Item(1011, 900, (1028,), health=350),
    Item(1057, 850, (1033,), resist=45),
    Item(6660, 900, (1028,), health=150),
    Item(3076, 800, (1029, 1029), armor=30),
    Item(3086, 1200, (1018, 1042), speed=15),
    Item(6670, 1300, (1036, 1018), attack=15),
    Item(3035, 1450, (1036, 1036), attack=20),
    Item(3053, 3200, (1037, 1028), attack=40, health=400),
    Item(3006, 1100, (1001, 1042, 1042), speed=25, move=45),
    Item(3020, 1100, (1001,), move=45),
    Item(3047, 1200, (1001, 1029), armor=25, move=45),
    Item(3111, 1250, (1001, 1033), resist=20, move=45),
    Item(3158, 900, (1001,), haste=10, move=45),
    Item(3031, 3500, (1038, 1037, 1018), attack=75),
    Item(6676, 3000, (1037, 3134, 1018), attack=50),
    Item(3046, 2650, (1042, 3086, 1042), speed=65),
    Item(3036, 3300, (3035, 6670), attack=35),
    Item(3072, 3400, (1038, 1037), attack=80),
    Item(6655, 2750, (3802, 3145), power=100, haste=10),
    Item(4645, 3200, (3145, 1058), power=110),
    Item(3157, 3250, (1058, 1029), power=105, armor=50),
    Item(3089, 3500, (1058, 1058), power=130),
    Item(6653, 3000, (3147, 1052), power=60, health=300),
    Item(3071, 3000, (3044, 3067, 1037), attack=40, health=400, haste=20),
    Item(6333, 3300, (1037, 3133), attack=60, armor=50, haste=15),
    Item(6610, 3100, (3133, 1028), attack=45, health=400, haste=10),
    Item(3068, 2700, (6660, 1031, 1028), health=350, armor=50, haste=10),
    Item(3075, 2450, (3076, 1031, 1028), health=150, armor=75),
    Item(6665, 3200, (1011, 1031, 1057), health=350, armor=45, resist=45),
    Item(3084, 3000, (1011, 1011), health=900),
    Item(3142, 2800, (3134, 1036), attack=55),
    Item(3814, 3000, (3134, 1028), attack=50, health=250),
    Item(6694, 3000, (3133, 3035), attack=45, haste=15),
    Item(3190, 2200, (3067, 1029, 1033), health=200, armor=30, resist=30, haste=10),
    Item(3109, 2300, (3067, 1031), health=200, armor=40, haste=10),
    Item(3050, 2200, (3067, 1029, 1033), health=300, armor=25, resist=25),
    Item(3107, 2300, (3108, 3114), power=30, haste=15),
    Item(6617, 2200, (3067, 4642), power=25, health=200, haste=20),
    Item(3504, 2200, (3113, 3114), power=45),
    Item(6616, 2250, (3108, 3114), power=35, haste=15),
)

ITEMS: dict[int, Item] = {item.id: item for item in _ALL}

BOOTS: dict[Style, tuple[int, ...]] = {
    Style.FIGHTER: (3047, 3111),
    Style.TANK: (3047, 3111),
    Style.MAGE: (3020,),
    Style.ASSASSIN: (3158, 3111),
    Style.MARKSMAN: (3006,),
    Style.ENCHANTER: (3158,),
    Style.ENGAGE: (3158, 3047),
}

LEGENDARIES: dict[Style, tuple[int, ...]] = {
    Style.FIGHTER: (3071, 6610, 3053, 6333, 6665),
    Style.TANK: (3068, 3075, 6665, 3084, 3109),
    Style.MAGE: (6655, 4645, 3157, 3089, 6653),
    Style.ASSASSIN: (3142, 6676, 3814, 6694, 6333),
    Style.MARKSMAN: (6676, 3031, 3046, 3036, 3072),
    Style.ENCHANTER: (6617, 3504, 6616, 3107, 3190),
    Style.ENGAGE: (3190, 3050, 3109, 3107, 3075),
}

LEGENDARY_IDS = frozenset(number for build in LEGENDARIES.values() for number in build)

STARTERS: dict[Style, int] = {
    Style.FIGHTER: 1055,
    Style.TANK: 1054,
    Style.MAGE: 1056,
    Style.ASSASSIN: 1055,
    Style.MARKSMAN: 1055,
    Style.ENCHANTER: 1056,
    Style.ENGAGE: 1054,
}

GUARDIANS: dict[Style, int] = {
    Style.FIGHTER: 3184,
    Style.TANK: 2051,
    Style.MAGE: 3112,
    Style.ASSASSIN: 3184,
    Style.MARKSMAN: 3184,
    Style.ENCHANTER: 3112,
    Style.ENGAGE: 2051,
}
"""Starting items of the Howling Abyss."""

JUNGLE_COMPANIONS = (1101, 1102, 1103)
