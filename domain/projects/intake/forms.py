"""What forms of a request begin with and offer."""

from domain.kernel.showing.form_hints import Choices, Shown, mapping


def present(shown: Shown, command: str, given: Shown) -> Shown:
    """Present values: the set that is signed, the plan and the requirement that are changed."""
    match command:
        case "sign-requirements":
            return {"requirements_hash": shown.get("requirements_hash")}
        case "plan-project":
            return mapping(shown, "plan")
        case "set-requirement":
            one = mapping(shown, "requirements", str(given.get("requirement", "")))
            return {name: value for name, value in one.items() if name != "id"}
    return {}


def choices(shown: Shown) -> Choices:
    known = mapping(shown, "requirements")
    return {"item": {id_: str(mapping(known, id_).get("text", id_)) for id_ in known}}
