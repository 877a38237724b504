"""Tidewaiter: the open platform for customs-enforcement intelligence."""
