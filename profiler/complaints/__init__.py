"""Complaints: a person's words, bound to a scenario, a metric and a margin. docs/complaints.md."""

from profiler.complaints.load import complaint, list_complaints, load_complaint
from profiler.complaints.model import Complaint

__all__ = ["Complaint", "complaint", "list_complaints", "load_complaint"]
