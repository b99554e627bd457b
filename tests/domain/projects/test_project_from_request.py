"""What an approved request sends is what a project opens with."""

from domain.kernel.command import SYSTEM
from domain.kernel.effects import StartCase
from domain.projects.delivery.content import Stage
from domain.projects.delivery.definition import PROJECT
from domain.projects.delivery.events import ProjectChartered
from domain.projects.delivery.state import stage
from domain.projects.intake.definition import PROJECT_REQUEST
from domain.projects.intake.events import CharterAsked
from tests.conformance import company
from tests.conformance.playing import played
from tests.domain.projects.delivering import balance
from tests.support.given import Scenario


def charters() -> list[StartCase]:
    """Every start of a project in the stories of requests."""
    found = []
    for play in played("project_request"):
        state = PROJECT_REQUEST.initial(play.id)
        for event in play.history:
            after = PROJECT_REQUEST.evolve(state, event)
            if isinstance(event, CharterAsked):
                found += [each for each in PROJECT_REQUEST.effects(state, event, after) if isinstance(each, StartCase)]
            state = after
    return found


def test_a_project_opens_with_what_its_request_sends():
    sent = charters()
    assert sent
    for start in sent:
        facts = company.facts().model_copy(update={"balances": balance("0")})
        project = Scenario(PROJECT, facts, case=start.case)
        project.when(start.command, start.payload, by=SYSTEM, channel="effect")
        assert project.found(ProjectChartered).charter.request == start.payload["request"]
        assert stage(project.state) is Stage.INITIATING
