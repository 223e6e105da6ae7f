"""Reps: who is sent out, from where, when, and what each can do."""
