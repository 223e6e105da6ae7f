"""Users: who may log in, for administrators."""
