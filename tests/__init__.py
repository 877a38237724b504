"""The promises of Tidewaiter, kept through the doors people use."""
