"""Scoring: pure functions from tables to tables, written once in Ibis, for every engine."""

from plumbline.assessment.rules.scoring.engines import (
    ENGINES,
    Engine,
    TooLarge,
    duckdb_engine,
    postgres_engine,
    spark_engine,
)
from plumbline.assessment.rules.scoring.run import Inputs, Results, score

__all__ = [
    "ENGINES",
    "Engine",
    "Inputs",
    "Results",
    "TooLarge",
    "duckdb_engine",
    "postgres_engine",
    "score",
    "spark_engine",
]
