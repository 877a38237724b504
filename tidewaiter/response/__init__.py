"""The rapid response: a fraudulent payment is stopped, electronic evidence is kept from vanishing."""
