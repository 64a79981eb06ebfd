"""The report: what a run did and what it brought, as one HTML page for people."""

from babelwire.report.compose import Report, report
from babelwire.report.saving import check, save

__all__ = ["Report", "check", "report", "save"]
