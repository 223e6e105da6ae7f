"""Whether the Redis server that jobs wait in answers."""


def redis_answers(url: str) -> str:
    """What it is, as "Redis 7.0.15". Raises OSError where it does not answer."""
    import redis

    client = redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
    try:
        return f"Redis {client.info('server').get('redis_version', '')}".strip()
    except redis.RedisError as error:
        raise OSError(str(error)) from error
    finally:
        client.close()
