"""Exports of old CRMs to companies, people, deals and history: recognised, read, joined, written and undone as one."""
