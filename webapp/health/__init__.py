"""Health: what GCRM runs on here, and what is missing."""
