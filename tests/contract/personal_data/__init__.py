"""What holds of everything that keeps personal data: it can be shown to whom it belongs, and taken away."""
