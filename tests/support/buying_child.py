"""Requests one after another in a program to be killed: `python -m tests.support.buying_child URL COUNT`."""

import asyncio
import sys
from uuid import NAMESPACE_OID, uuid5

from eventstore.database import pool as open_pool
from tests.support.buying import Shop, step


async def request(shop: Shop, number: int) -> None:
    """The request of this number, the same each time: reserved, then ordered."""
    ids = [uuid5(NAMESPACE_OID, f"{number}.{n}") for n in range(2)]
    await shop.buy(f"case-{number}", step("reserve", 10), command_id=ids[0])
    await shop.more(f"case-{number}", step("commit", of=1), command_id=ids[1])


async def main(url: str, count: int) -> None:
    pool = await open_pool(url)
    shop = Shop(pool)
    for number in range(count):
        await request(shop, number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
