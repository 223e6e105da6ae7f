"""What was told of accounts: correcting it, withdrawing it, and filing what phones could not."""
