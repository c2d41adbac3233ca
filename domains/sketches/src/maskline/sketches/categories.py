"""The classes of sketches: seven objects and their parts."""

from maskline.contract.categories import Category, CategoryTable

TABLE = CategoryTable(
    domain="sketches",
    policy="initial",
    categories=(Category(id=1, name="cloud", colour="#5b7fa6"), Category(id=2, name="cloud/body", colour="#2f6fde")),
)
