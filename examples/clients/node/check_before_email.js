#!/usr/bin/env node
'use strict';

// Asks whether a mail may be sent to a customer, and sends it only then.
//
//     check_before_email.js --contract in_force
//     check_before_email.js --activity satisfaction-surveys --contract in_force --fulfil OFFER_OBJECTION
//
// Exit codes: 0 permitted, 2 denied, 1 nobody decided (which means no as well).

const { parseArgs } = require('node:util');

const { Client, No } = require('./ropa_client');

const { values: said } = parseArgs({
  options: {
    server: { type: 'string', default: 'localhost:7421' },
    // In seconds.
    deadline: { type: 'string', default: '0.25' },
    // What the mail is for.
    activity: { type: 'string', default: 'service-messages' },
    // How the customer's contract stands, if it is known.
    contract: { type: 'string' },
    // A blocking obligation that the mail fulfils.
    fulfil: { type: 'string', multiple: true, default: [] },
  },
});

async function main() {
  // Keys of categories and words of lists are all that is asked for: nothing here can name a person.
  const customer = { category: 'customers' };
  // What is not known is not said, and never permits.
  if (said.contract) customer.contract = { state: `CONTRACT_STATE_${said.contract.toUpperCase()}` };
  const question = {
    processing: {
      activity: said.activity,
      operations: ['OPERATION_USE'],
      data: [{ category: 'contact.email' }],
      subject: customer,
    },
  };

  const client = new Client(said.server, { deadline: Number(said.deadline) * 1_000 });
  let permit;
  try {
    permit = await client.check(question, { fulfils: said.fulfil });
  } catch (no) {
    if (!(no instanceof No)) throw no;
    console.log(`no: ${no.codes.join(', ')}`);
    for (const { code, next_step } of no.decision?.reasons ?? []) console.log(`  ${code}: ${next_step}`);
    return no.isUndecided ? 1 : 2;
  } finally {
    client.close();
  }

  // Here the mail would go out.
  console.log(`permitted: ${permit.decision.activity} by ${permit.decision.legal_basis}`);
  for (const { code, parameters } of permit.decision.obligations) {
    console.log(`  ${code} ${JSON.stringify(parameters)}`);
  }
  return 0;
}

main().then((code) => {
  process.exitCode = code;
});
