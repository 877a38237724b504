"""Mirror data: what importers report beside what exporters report."""
