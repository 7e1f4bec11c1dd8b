"""`backbeat bench`: measures Backbeat on this machine, alone or beside its peers."""

from backbeat.cli.bench.options import BenchOptions
from backbeat.cli.bench.report import BenchReport
from backbeat.cli.bench.run import run_bench
from backbeat.cli.bench.table import print_report

__all__ = ["BenchOptions", "BenchReport", "print_report", "run_bench"]
