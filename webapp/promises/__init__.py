"""What an account has been promised: to the minute, for a day, or for some day of several."""
