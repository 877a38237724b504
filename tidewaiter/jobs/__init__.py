"""Work that takes time: progress, lease, idempotence."""
