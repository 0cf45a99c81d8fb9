"""Roles of columns."""

import polars as pl

ROLES = {
    "id": ("identifier", [f"p{one}" for one in range(240)]),
    "row": ("identifier", list(range(240))),
    "patient_id": ("identifier", [one // 2 * 7 for one in range(240)]),
    "note": ("ignore", [f"He came at {one} and went away soon after" for one in range(240)]),
    "name": ("ignore", [f"n{one % 130}" for one in range(240)]),
    "unit": ("ignore", ["mg"] * 240),
    "nothing": ("ignore", [None] * 240),
    "price": ("ignore", [f"1,{one + 100}.50" for one in range(240)]),
    "case_number": ("identifier", [one * 17 + 5 for one in range(240)]),
    "mrn": ("identifier", [one * 13 + 7 if one else None for one in range(240)]),
    "accountNo": ("identifier", [one * 11 + 7 for one in range(240)]),
    "weight": ("ignore", [f"{one}.5 kg" for one in range(240)]),
    "size": ("feature", ["1 low", "2 middle", "3 high", "2 middle"] * 60),
    "room": ("feature", [f"{one % 6}{'abcd'[one % 4]}" for one in range(240)]),
    "beds": ("feature", [one * 3 + 1 for one in range(240)]),
    "seen": ("time", [f"2024-01-{one % 28 + 1:02}" for one in range(240)]),
    "born": ("ignore", [f"1980-01-{one % 28 + 1:02}" for one in range(240)]),
    "discharged": ("ignore", [20240100 + one % 28 + 1 for one in range(240)]),
    "late": ("ignore", [1.5 if one % 3 == 0 and one < 60 else None if one else 2.5 for one in range(240)]),
    "ward": ("feature", ["a", "b", "c", "d"] * 60),
    "dose": ("feature", [one * 0.5 for one in range(240)]),
}


def test_roles_follow_from_values_and_names(here, contract_of) -> None:
    columns = {name: values for name, (_, values) in ROLES.items()}
    pl.DataFrame({"site": ["a", "b", "c"] * 80, **columns, "y": ["u", "v"] * 120}).write_csv("table.csv")
    contract, made = contract_of("table.csv", target="y")
    roles = {one.name: one.role for one in contract.columns}
    assert roles == {"site": "environment", **{name: role for name, (role, _) in ROLES.items()}, "y": "label"}
    assert all(one.why for one in made.columns if one.role in ("identifier", "ignore", "time"))
