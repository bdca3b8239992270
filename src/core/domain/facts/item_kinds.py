"""What some items are that a timeline alone does not tell. An item that is not here is judged by the match."""

from typing import Final

TRINKETS: Final = frozenset({3330, 3340, 3363, 3364})
"""They are exchanged for each other, at no price."""

BOOTS: Final = frozenset({3006, 3009, 3010, 3020, 3047, 3111, 3117, 3158})
"""Finished boots: from patch 15.1 on some of them can be made better, and are finished all the same."""

POTIONS: Final = frozenset({2031, 2032, 2033})
"""Refillable, Hunter's and Corrupting Potion, which grew out of one another."""

COMPONENTS: Final = frozenset({
    1011,  # Giant's Belt
    1031,  # Chain Vest
    1043,  # Recurve Bow
    1053,  # Vampiric Scepter
    1057,  # Negatron Cloak
    2015,  # Kircheis Shard
    2019,  # Steel Sigil
    2020,  # The Brutalizer
    2021,  # Tunneler
    2420, 2421, 3191,  # Seeker's Armguard, whole and shattered
    2508,  # Fated Ashes
    3012,  # Chalice of Blessing
    3024,  # Glacial Buckler
    3035,  # Last Whisper
    3044,  # Phage
    3051,  # Hearthbound Axe
    3057,  # Sheen
    3066,  # Winged Moonplate
    3067,  # Kindlegem
    3076,  # Bramble Vest
    3077,  # Tiamat
    3082,  # Warden's Mail
    3086,  # Zeal
    3105,  # Aegis of the Legion
    3108,  # Fiendish Codex
    3113,  # Aether Wisp
    3114,  # Forbidden Idol
    3123,  # Executioner's Calling
    3133,  # Caulfield's Warhammer
    3134,  # Serrated Dirk
    3140,  # Quicksilver Sash
    3144,  # Scout's Slingshot
    3145,  # Hextech Alternator
    3147,  # Haunting Guise
    3155,  # Hexdrinker
    3211,  # Spectre's Cowl
    3801,  # Crystalline Bracer
    3802,  # Lost Chapter
    3803,  # Catalyst of Aeons
    3916,  # Oblivion Orb
    4630,  # Blighting Jewel
    4632,  # Verdant Barrier
    4635,  # Leeching Leer
    4638,  # Watchful Wardstone
    4642,  # Bandleglass Mirror
    6029,  # Ironspike Whip
    6660,  # Bami's Cinder
    6670,  # Noonquiver
    6677,  # Rageknife
    6690,  # Rectrix
})  # fmt: skip
"""What is put together and only there to be built on: many a game ends before somebody does."""
