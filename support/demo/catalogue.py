"""What the demo's company offers support for, how quickly, and what its staff often answer."""

from datetime import timedelta

from support.models import Product, SavedAnswer, SupportLevel

STANDARD, ADVANCED, PREMIUM = "standard", "advanced", "premium"

# By key: the name, and the hours to the first answer of a ticket that is urgent, high, normal and low.
LEVELS = {
    STANDARD: ("Standard", (8, 24, 48, 96)),
    ADVANCED: ("Advanced", (2, 8, 24, 48)),
    PREMIUM: ("Premium", (1, 4, 12, 24)),
}
# By key: the name and the family.
PRODUCTS = {
    "postgresql": ("PostgreSQL", "databases"),
    "mysql": ("MySQL", "databases"),
    "redis": ("Redis", "databases"),
    "object-storage": ("Object storage", "storage"),
    "monitoring": ("Monitoring", "monitoring"),
    "console": ("This console", "console"),
}
ANSWERS = {
    "Ask for the log": "Please attach the log from ten minutes before it happened until now. The button below the text"
    " takes files of up to 10 MB.",
    "Planned maintenance": "This was announced maintenance. It took eleven minutes, and nothing of yours was lost. The"
    " next one is announced two weeks before.",
    "Solved by an update": "The version of this week mends it. Please update, and write again if you still see it.",
}


def make_catalogue() -> None:
    """Make all of it."""
    for key, (name, hours) in LEVELS.items():
        urgent, high, normal, low = (timedelta(hours=each) for each in hours)
        SupportLevel.objects.create(
            key=key,
            name=name,
            urgent_within=urgent,
            high_within=high,
            normal_within=normal,
            low_within=low,
            is_standard=key == STANDARD,
        )
    Product.objects.bulk_create(
        Product(key=key, name=name, family=family, position=10 * place)
        for place, (key, (name, family)) in enumerate(PRODUCTS.items(), 1)
    )
    SavedAnswer.objects.bulk_create(SavedAnswer(title=title, body=body) for title, body in ANSWERS.items())
