"""The pages of a hiring in Thai have no English left but what people wrote and what has no other name."""

import html
import re
from collections.abc import Iterable

from cli.demo import story
from tests.web.conftest import CASE, Site
from tests.web.staff.visiting import browsing

NOT_OURS = (
    r"<(script|style|pre|title|blockquote)\b.*?</\1>",  # data of programs, and words that somebody gave
    r'<(\w+)[^>]*class="[^"]*mono[^"]*"[^>]*>[^<]*</\1>',  # ids
    r"\b(hiring|authority|offer)-[\w.-]+|\b[cC][- ]([Ff]irst|[Ss]econd|[Tt]hird)\b|\b[0-9a-f]{12}\b|it-people",
    r"\bjd-[\w-]+|Enter|Ctrl|Asia/Bangkok|Bangkok|English|Signoff|THB|ERP|PDF|CSV|XLSX|YAML|cli(, | · )test",
)


def english(page: str, written: Iterable[str]) -> set[str]:
    """The lines of a page's visible text that have a word in Latin letters which is ours and was not `written`."""
    for text in written:
        page = page.replace(html.escape(text), " ")
    for each in NOT_OURS:
        page = re.sub(each, " ", page, flags=re.DOTALL)
    lines = html.unescape(re.sub(r"<[^>]+>", "\n", page)).split("\n")
    return {line.strip() for line in lines if re.search("[A-Za-z]{3,}", line)}


async def test_a_hiring_is_told_in_thai(looked_at: Site):
    async with browsing(looked_at.office, story.MANAGER) as manager, browsing(looked_at.office, "e1037") as recruiter:
        pages = [await each.shown(f"/cases/{CASE}?lang=th") for each in (manager, recruiter)]
        pages += [await recruiter.shown(path) for path in ("/inbox", "/cases", "/overview")]

    told = [event.payload for event in await looked_at.events()]
    written = {story.requisition()["business_case"], *(str(each["comment"]) for each in told if each.get("comment"))}
    written |= {"Clear answers, good examples from practice.", "No experience with web front ends."}  # sealed, and read
    assert set().union(*(english(page, written) for page in pages)) == set()
