"""What others can check without us: time stamps, the export, and the verifier of one file that goes with it."""
