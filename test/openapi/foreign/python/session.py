"""Signs in, lists page by page and sends a command, by a client that was generated from the document of the API alone.

    python session.py <folder of the generated package> <address> <account> <password>

Prints what it met as one line of JSON.
"""

import json
import sys

folder, address, account, password = sys.argv[1:]
sys.path.insert(0, folder)

from generated import AuthenticatedClient, Client  # noqa: E402
from generated.api.organising_work import record_other_organising_work  # noqa: E402
from generated.api.programmes import list_programmes  # noqa: E402
from generated.api.sessions import open_session  # noqa: E402
from generated.api.trail import read_trail  # noqa: E402
from generated.models import OpenSessionInput, Problem, RecordOtherOrganisingWorkInput  # noqa: E402
from generated.types import UNSET  # noqa: E402

stranger = Client(base_url=address)
refused = open_session.sync(client=stranger, body=OpenSessionInput(account_id=account, password=password + "!"))
assert isinstance(refused, Problem), refused
session = open_session.sync(client=stranger, body=OpenSessionInput(account_id=account, password=password))
client = AuthenticatedClient(base_url=address, token=session.token)

years, cursor, pages = [], UNSET, 0
while True:
    page = list_programmes.sync(client=client, limit=1, cursor=cursor)
    years += [item.year for item in page.items]
    pages += 1
    if page.next_ is UNSET:
        break
    cursor = page.next_

work = RecordOtherOrganisingWorkInput(kind="宣传", detail="由生成的客户端记录")
first = record_other_organising_work.sync(client=client, body=work, idempotency_key="generated")
again = record_other_organising_work.sync(client=client, body=work, idempotency_key="generated")
trail = read_trail.sync(client=client, limit=1, x_consistency_position=first.position)

print(
    json.dumps(
        {
            "refused": refused.code,
            "years": years,
            "pages": pages,
            "outcome": first.outcome.value,
            "once": first.position == again.position,
            "trail": [item.type_ for item in trail.items],
        }
    )
)
