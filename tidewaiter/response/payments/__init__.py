"""What is known of payments by standards: accounts and their check digits, addresses that look alike, schemes."""
