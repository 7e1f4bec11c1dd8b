"""What an application says of its pages, without importing them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Show:
    """The pages of an application.

    Attributes:
        name: What the navigation calls them.
        about: What one can do there, in a sentence.
        path: Where they begin, below that of the house.
        stands_on: What they work with; each finds it by its type, with `Visit.of`.
    """

    name: str
    about: str
    path: str
    stands_on: object
