"""Names in the order of the reader's dictionary."""

import random

from application.wording.order import by_name

THAI = [
    "กมล", "กาย", "กำจร", "เกษม", "แก้ว", "โกมล", "ไกร", "ขวัญ", "ขาว", "ข้าว", "เข็ม",
    "จันทร์", "ใจ", "ศรี", "สมชาย", "เสาวภา", "อนงค์", "เอก",
]  # fmt: skip
LATIN = ["Anan", "anna", "Émile", "Eric", "Zoe", "Zoë"]


def test_names_stand_as_in_a_dictionary() -> None:
    mixed = random.Random(7).sample(THAI + LATIN, len(THAI) + len(LATIN))
    assert sorted(mixed, key=by_name) == LATIN + THAI
    assert sorted(THAI) != THAI, "by code points it is another order"
