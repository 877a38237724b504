"""Selection of consignments: a risk model, its scores and how well they find."""
