"""Reads every table for BI tools the way an analyst does, and prints what was found as JSON."""

import json
import sqlite3
import sys

import pandas
import pymongo


def told(tables):
    projects, units = tables["reporting_projects_v1"], tables["reporting_units_v1"]
    stages = projects.groupby("stage").size()
    joined = projects.merge(units, on="uscc", how="left", suffixes=("", "_of_unit"))
    months = pandas.to_datetime(projects["started_at"], utc=True).dt.strftime("%Y-%m")
    return {
        "columns": {name: list(table.columns) for name, table in tables.items()},
        "rows": {name: len(table) for name, table in tables.items()},
        "stages": {stage: int(count) for stage, count in stages.items()},
        "joined": len(joined),
        "months": {month: int(count) for month, count in months.value_counts().items()},
    }


def of_sqlite(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        names = pandas.read_sql("SELECT name FROM sqlite_master WHERE type = 'view'", connection)["name"]
        return told({name: pandas.read_sql(f"SELECT * FROM {name}", connection) for name in names})


def of_mongodb(url, database):
    with pymongo.MongoClient(url) as client:
        names = [line for line in sys.stdin.read().split() if line]
        return told({name: pandas.DataFrame(list(client[database][name].find())) for name in names})


source, *address = sys.argv[1:]
print(json.dumps(of_sqlite(*address) if source == "sqlite" else of_mongodb(*address)))
