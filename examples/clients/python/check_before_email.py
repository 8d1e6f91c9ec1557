#!/usr/bin/env python3
"""Asks whether a mail may be sent to a customer, and sends it only then.

    check_before_email.py --contract in_force
    check_before_email.py --activity satisfaction-surveys --contract in_force --fulfil OFFER_OBJECTION

Exit codes: 0 permitted, 2 denied, 1 nobody decided (which means no as well).
"""

import argparse
import sys

from ropa_client import Client, No


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="localhost:7421")
    parser.add_argument("--deadline", type=float, default=0.25, help="in seconds")
    parser.add_argument("--activity", default="service-messages", help="what the mail is for")
    parser.add_argument("--contract", help="how the customer's contract stands, if it is known")
    parser.add_argument("--fulfil", action="append", default=[], help="a blocking obligation that the mail fulfils")
    said = parser.parse_args()

    # Keys of categories and words of lists are all that is asked for: nothing here can name a person.
    customer = {"category": "customers"}
    # What is not known is not said, and never permits.
    if said.contract:
        customer["contract"] = {"state": f"CONTRACT_STATE_{said.contract.upper()}"}
    question = {
        "processing": {
            "activity": said.activity,
            "operations": ["OPERATION_USE"],
            "data": [{"category": "contact.email"}],
            "subject": customer,
        }
    }

    client = Client(said.server, deadline=said.deadline)
    try:
        permit = client.check(question, fulfils=said.fulfil)
    except No as no:
        print(f"no: {', '.join(no.codes)}")
        for reason in no.decision.reasons if no.decision else ():
            print(f"  {reason.code}: {reason.next_step}")
        return 1 if no.is_undecided else 2
    finally:
        client.close()

    # Here the mail would go out.
    print(f"permitted: {permit.decision.activity} by {permit.decision.legal_basis}")
    for obligation in permit.decision.obligations:
        print(f"  {obligation.code} {dict(obligation.parameters)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
