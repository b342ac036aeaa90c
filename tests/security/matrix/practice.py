"""Practice interviews: in no organisation's sight, whoever asks."""

from shared.domain.permissions import Permission
from tests.security.matrix.rules import Ask, Rule, Rules, at
from tests.security.matrix.world import OF_CANDIDATE

PRACTICE = "/api/v1/practice-interviews"

RULES: Rules = {
    "add_practice": Rule(None, at(PRACTICE, json={"sample_role_type": "customer-success"})),
    "list_practices": Rule(
        Permission.PRACTICE,
        lambda world: Ask(PRACTICE, shows=world.fresh("practice_interviews")),
        thing=OF_CANDIDATE,
        is_list=True,
    ),
    "read_practice": Rule(
        Permission.PRACTICE,
        lambda world: Ask(f"{PRACTICE}/{world.fresh('practice_interviews')}"),
        thing=OF_CANDIDATE,
    ),
}
