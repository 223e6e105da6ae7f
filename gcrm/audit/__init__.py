"""The audit log: who signed in, and who did what to users, keys and data. Noted once, changed never."""
