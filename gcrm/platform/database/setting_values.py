"""Small values that belong to the database rather than to the machine."""

from typing import Any

from sqlalchemy import delete, insert, select

from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import setting


class SettingValues(Repository):
    """JSON values by key."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or the default where none was set."""
        row = self._connection.execute(select(setting.c.value).where(setting.c.key == key)).first()
        return default if row is None else row.value

    def set(self, key: str, value: Any) -> None:
        """Set the value; None takes it away."""
        self._connection.execute(delete(setting).where(setting.c.key == key))
        if value is not None:
            self._connection.execute(insert(setting).values(key=key, value=value))
