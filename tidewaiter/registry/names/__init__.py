"""Whether two names may be one person's, firm's or conveyance's: across scripts, spellings and orders."""
