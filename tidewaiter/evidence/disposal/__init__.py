"""What becomes of seized goods: ways by material as dated data, and the certificate."""
