"""The exchange: from nation to centre by itself, from nation to nation under agreement."""
