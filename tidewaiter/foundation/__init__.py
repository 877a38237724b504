"""What every room may lean on and that knows no room."""
