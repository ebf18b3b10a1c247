"""Orders first named a decimal price in the currency's main unit: {"total": "12.50"}.

Amounts became integers of the minor unit, since sums of decimals do not stay exact everywhere.
"""

from decimal import Decimal
from typing import Any

TYPE = "order.paid"
VERSION = 1

# ISO 4217 currencies without a minor unit, and with one of three digits, among those seen.
_EXPONENT = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}


def lift(data: dict[str, Any]) -> dict[str, Any]:
    """`total` becomes `amount`; data that has an amount already stays as it is."""
    if "amount" in data or "total" not in data:
        return data
    exponent = _EXPONENT.get(data.get("currency", ""), 2)
    rest = {name: value for name, value in data.items() if name != "total"}
    return {**rest, "amount": int(Decimal(str(data["total"])).scaleb(exponent))}
