"""The exports of an old CRM: sent together, recognised, looked at, imported, undone."""
