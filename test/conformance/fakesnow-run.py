"""Runs SQL statements in fakesnow and prints what each returned, as JSON. Input: a JSON list of statements."""

import datetime
import decimal
import json
import sys
import warnings

warnings.simplefilter("ignore")

import fakesnow  # noqa: E402


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (decimal.Decimal, int, float)):
        return format(decimal.Decimal(str(value)), "f")
    if isinstance(value, (bytes, bytearray)):
        return value.hex().upper()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def main():
    outcomes = []
    with fakesnow.patch():
        import snowflake.connector

        cursor = snowflake.connector.connect(database="DB", schema="APP").cursor()
        for statement in json.load(sys.stdin):
            try:
                cursor.execute(statement)
                outcomes.append({"rows": [[text(value) for value in row] for row in cursor.fetchall()]})
            except Exception as error:  # noqa: BLE001
                outcomes.append({"error": str(error)[:200]})
    json.dump(outcomes, sys.stdout)


main()
