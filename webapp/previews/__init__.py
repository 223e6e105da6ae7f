"""Previews: what an import would do, column by column and row by row, before anything is written."""
