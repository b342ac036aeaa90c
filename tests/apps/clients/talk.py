"""Reading a talk through the generated client; and what is refused. Prints what it saw."""

import json
import sys
from uuid import UUID

from talenti_client import AuthenticatedClient
from talenti_client.api.candidates import list_skills
from talenti_client.api.identity import me
from talenti_client.api.interviews import read_interview
from talenti_client.api.scores import read_report
from talenti_client.models import Me, OwnInterview, Problem, ScoreReport, SkillPage


def main(url: str, token: str, interview_id: UUID) -> None:
    with AuthenticatedClient(base_url=url, token=token) as client:
        found = me.sync(client=client)
        assert isinstance(found, Me)
        talk = read_interview.sync(interview_id, client=client)
        assert isinstance(talk, OwnInterview)
        page = list_skills.sync(client=client, limit=5)
        assert isinstance(page, SkillPage)
        report = read_report.sync_detailed(interview_id, client=client)
        refused = report.parsed
        assert not isinstance(refused, ScoreReport)
        assert isinstance(refused, Problem)
        spoken = [each.content for each in talk.transcript]
        told = {"me": str(found.id), "status": talk.status, "spoken": len(spoken), "skills": len(page.items)}
        print(json.dumps({**told, "refused": int(report.status_code), "code": refused.code}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], UUID(sys.argv[3]))
