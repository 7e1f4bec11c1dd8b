"""The base of all tables. Names of constraints follow one rule, so that migrations can say them."""

from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the house inherits from it; a whole number is one of 64 bits."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger}
