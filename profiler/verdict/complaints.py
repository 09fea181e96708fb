"""The complaints that can be judged; the catalogue itself is `profiler.complaints`."""

from profiler.complaints import Complaint, complaint, list_complaints

__all__ = ["Complaint", "complaint", "list_complaints"]
