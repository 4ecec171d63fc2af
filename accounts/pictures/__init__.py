"""Pictures of people, and logos: an upload is looked at, drawn anew, and only the drawing kept (ATTACKS 31, ASVS 5.2).

`draw` makes a small square of whatever came, `store` writes it, `open_picture` reads it, `discard` removes it.
"""

from accounts.pictures.drawing import SIZES, draw
from accounts.pictures.storage import discard, open_picture, store

__all__ = ["SIZES", "discard", "draw", "open_picture", "store"]
