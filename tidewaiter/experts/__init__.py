"""Expert groups: mandate, members, meetings, work plan, needs, reports."""
