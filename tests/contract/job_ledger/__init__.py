"""What holds of every ledger of jobs."""
