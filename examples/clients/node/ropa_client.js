'use strict';

// Asking ropa before personal data are processed, by a client that fails closed.
//
// Whatever is no readable permit throws `No`: a denial, a blocking obligation that the caller does not
// fulfil, an effect that this client does not know, no answer in time, no service. So code that goes on
// after `await client.check(…)` has a permit, and code that forgets to look at the result does too.
//
//     const client = new Client('localhost:7421');
//     try {
//       const permit = await client.check(question, { fulfils: ['OFFER_OBJECTION'] });
//       send(mail);
//     } catch (no) {
//       if (!(no instanceof No)) throw no;
//       skip(no.codes);
//     }
//
// It is made from the .proto files alone. `docs/ASKING.md` says how to ask.

const path = require('node:path');

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PROTO = path.resolve(__dirname, '../../../proto');

const definition = loader.loadSync('ropa/v1/decision.proto', {
  includeDirs: [PROTO],
  keepCase: true,
  enums: String,
  longs: String,
  defaults: true,
});
const { DecisionService } = grpc.loadPackageDefinition(definition).ropa.v1;

// Asked once more, only where the service says UNAVAILABLE, and within the deadline. That is safe: a check
// changes nothing.
const SERVICE_CONFIG = {
  methodConfig: [
    {
      name: [{ service: 'ropa.v1.DecisionService' }],
      retryPolicy: {
        maxAttempts: 2,
        initialBackoff: '0.025s',
        maxBackoff: '0.025s',
        backoffMultiplier: 1,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
};

const OPTIONS = {
  'grpc.service_config': JSON.stringify(SERVICE_CONFIG),
  // A connection that died silently is noticed before a check waits for it.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.keepalive_permit_without_calls': 1,
  // After an outage checks are permitted again soon, and not minutes later.
  'grpc.max_reconnect_backoff_ms': 5_000,
};

// The processing must not take place.
//
// `codes` has the reasons in words of the API, for a log or a metric. `decision` is the denial, with the next
// step of each reason and with obligations of its own (to stop, to erase); null where nobody decided, and
// then the same question may be permitted later.
class No extends Error {
  constructor(what, codes, decision = null, cause = undefined) {
    super(`${what}: ${codes.join(', ')}`, { cause });
    this.name = 'No';
    this.codes = codes;
    this.decision = decision;
  }

  get isUndecided() {
    return this.decision === null;
  }
}

// Asks. One for the whole process.
class Client {
  // `deadline` in milliseconds bounds a check with its second try; after it, the answer is no.
  constructor(address, { deadline = 250, credentials = grpc.credentials.createInsecure() } = {}) {
    this.deadline = deadline;
    this.service = new DecisionService(address, credentials, OPTIONS);
  }

  // Resolves to the permit, or rejects with `No`.
  //
  // `question` is a CheckRequest in the names of the .proto files. `fulfils` are the codes of the blocking
  // obligations that your code fulfils before or with the processing, or a function that is shown each of
  // them and returns true if it does. Say only what your code does.
  async check(question, { fulfils = [] } = {}) {
    refuseUnknown(question);
    const response = await this.#ask(question);
    return read(response, fulfils);
  }

  close() {
    this.service.close();
  }

  #ask(question) {
    const options = { deadline: Date.now() + this.deadline };
    return new Promise((resolve, reject) => {
      this.service.Check(question, options, (error, response) => {
        if (error) {
          const code = grpc.status[error.code] ?? 'UNKNOWN';
          reject(new No(`no answer (${error.details})`, [code], null, error));
        } else {
          resolve(response);
        }
      });
    });
  }
}

function read(response, fulfils) {
  const decision = response?.decision;
  if (!decision) throw new No('the answer cannot be read', ['DECISION_MISSING']);
  const { effect, reasons, obligations } = decision;
  if (effect !== 'EFFECT_PERMIT' && effect !== 'EFFECT_DENY') {
    throw new No('the answer cannot be read', ['EFFECT_UNKNOWN']);
  }
  // A permit that names reasons against itself is none.
  if (effect !== 'EFFECT_PERMIT' || reasons.length > 0) {
    throw new No('denied', reasons.map((reason) => reason.code), decision);
  }
  const heeds = typeof fulfils === 'function' ? fulfils : ({ code }) => [fulfils].flat().includes(code);
  const blocking = obligations.filter((obligation) => obligation.blocking);
  const unheeded = blocking.filter((obligation) => heeds(obligation) !== true).map(({ code }) => code);
  if (unheeded.length > 0) throw new No('blocking obligations were not heeded', unheeded, decision);
  return { decision, decisionId: response.decision_id, revision: response.snapshot?.revision };
}

// The loader drops what it does not know without a word: a field with a typing error would not be asked, and
// a fact that is not asked cannot deny. So the question is read back, and all of it must be there.
function refuseUnknown(question) {
  const { requestSerialize, requestDeserialize } = DecisionService.service.Check;
  let sent;
  try {
    sent = requestDeserialize(requestSerialize(question));
  } catch (error) {
    throw new No(`the question cannot be read (${error.message})`, ['QUESTION_UNREADABLE'], null, error);
  }
  const lost = firstLost(question, sent, '');
  if (lost) throw new No(`the question cannot be read (${lost})`, ['QUESTION_UNREADABLE']);
}

// The path of the first thing that was said and not sent.
function firstLost(said, sent, at) {
  if (said === undefined || said === null) return null;
  if (typeof said !== 'object') return String(said) === String(sent) ? null : at;
  if (typeof sent !== 'object') return at;
  // A date or a map has no fields of its own to compare: it would be sent empty.
  const plain = Array.isArray(said) || Buffer.isBuffer(said) || [Object.prototype, null].includes(Object.getPrototypeOf(said));
  if (!plain) return at;
  for (const [name, value] of Object.entries(said)) {
    const lost = firstLost(value, sent[name], at ? `${at}.${name}` : name);
    if (lost) return lost;
  }
  return null;
}

module.exports = { Client, No };
