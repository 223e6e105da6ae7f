"""What is kept of persons: shown, ended in time, erased with a certificate."""
