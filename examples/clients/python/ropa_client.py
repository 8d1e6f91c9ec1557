"""Asking ropa before personal data are processed, by a client that fails closed.

Whatever is no readable permit raises `No`: a denial, a blocking obligation that the caller does not
fulfil, an effect that this client does not know, no answer in time, no service. So code that goes on
after `check` has a permit, and code that forgets to look at the result does too.

    client = Client("localhost:7421")
    try:
        permit = client.check(question, fulfils={"OFFER_OBJECTION"})
    except No as no:
        return skip(no.codes)
    send(mail)

It is made from the .proto files alone. `docs/ASKING.md` says how to ask.
"""

import atexit
import importlib
import json
import pathlib
import sys
import tempfile

import grpc
from google.protobuf import json_format

PROTO = pathlib.Path(__file__).resolve().parents[3] / "proto"


def _messages():
    """The modules generated from the .proto files: yours if they are there, else made now.

    A service makes them when it is built, with the command that README.md shows; making them at the
    start is for trying out.
    """
    names = ["ropa.v1.decision_pb2", "ropa.v1.decision_pb2_grpc", "ropa.v1.answer_pb2"]
    try:
        return [importlib.import_module(name) for name in names]
    except ModuleNotFoundError:
        import grpc_tools
        from grpc_tools import protoc

    bundled = pathlib.Path(grpc_tools.__file__).parent / "_proto"  # google/protobuf/*.proto
    folder = tempfile.TemporaryDirectory(prefix="ropa-client-")
    atexit.register(folder.cleanup)
    files = [*PROTO.glob("ropa/v1/*.proto"), PROTO / "google/rpc/status.proto"]
    options = [
        f"-I{PROTO}",
        f"-I{bundled}",
        f"--python_out={folder.name}",
        f"--grpc_python_out={folder.name}",
    ]
    if protoc.main(["protoc", *options, *map(str, files)]) != 0:
        raise ImportError(f"the files under {PROTO} do not compile")
    sys.path.insert(0, folder.name)
    importlib.invalidate_caches()
    return [importlib.import_module(name) for name in names]


pb, _services, _answer = _messages()

# Asked once more, only where the service says UNAVAILABLE, and within the deadline. That is safe: a check
# changes nothing.
_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{"service": "ropa.v1.DecisionService"}],
            "retryPolicy": {
                "maxAttempts": 2,
                "initialBackoff": "0.025s",
                "maxBackoff": "0.025s",
                "backoffMultiplier": 1,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}

_OPTIONS = [
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    # A connection that died silently is noticed before a check waits for it.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    # After an outage checks are permitted again soon, and not minutes later.
    ("grpc.max_reconnect_backoff_ms", 5_000),
]


class No(Exception):
    """The processing must not take place.

    `codes` has the reasons in words of the API, for a log or a metric. `decision` is the denial, with the
    next step of each reason and with obligations of its own (to stop, to erase); None where nobody decided,
    and then the same question may be permitted later.
    """

    def __init__(self, what, codes, decision=None):
        super().__init__(f"{what}: {', '.join(codes)}")
        self.codes = list(codes)
        self.decision = decision

    @property
    def is_undecided(self):
        return self.decision is None


class Permit:
    """A permit whose blocking obligations are fulfilled, for the processing at hand."""

    def __init__(self, response):
        self.decision = response.decision
        # For your own log.
        self.decision_id = response.decision_id
        self.revision = response.snapshot.revision


class Client:
    """Asks. One for the whole process: it is safe to share among threads."""

    def __init__(self, address, deadline=0.25, credentials=None):
        """`deadline` in seconds bounds a check with its second try; after it, the answer is no."""
        if credentials is None:
            self._channel = grpc.insecure_channel(address, options=_OPTIONS)
        else:
            self._channel = grpc.secure_channel(address, credentials, options=_OPTIONS)
        self._service = _services.DecisionServiceStub(self._channel)
        self._deadline = deadline

    def check(self, question, fulfils=()):
        """Returns the permit, or raises `No`.

        `question` is a CheckRequest, or a dict in the form that grpcurl takes. `fulfils` are the codes of
        the blocking obligations that your code fulfils before or with the processing, or a function that
        is shown each of them and says whether it does. Say only what your code does.
        """
        if isinstance(question, dict):
            try:
                question = json_format.ParseDict(question, pb.CheckRequest())
            except json_format.ParseError as error:
                raise No(f"the question cannot be read ({error})", ["QUESTION_UNREADABLE"]) from error
        try:
            response = self._service.Check(question, timeout=self._deadline)
        except grpc.RpcError as error:
            raise No(f"no answer ({error.details()})", [error.code().name]) from error
        return _read(response, fulfils)

    def close(self):
        self._channel.close()


def _read(response, fulfils):
    if not response.HasField("decision"):
        raise No("the answer cannot be read", ["DECISION_MISSING"])
    decision = response.decision
    if decision.effect not in (_answer.EFFECT_PERMIT, _answer.EFFECT_DENY):
        raise No("the answer cannot be read", ["EFFECT_UNKNOWN"])
    # A permit that names reasons against itself is none.
    if decision.effect != _answer.EFFECT_PERMIT or decision.reasons:
        raise No("denied", [reason.code for reason in decision.reasons], decision)
    if isinstance(fulfils, str):
        fulfils = {fulfils}  # else every code that is a part of it would count as fulfilled
    if isinstance(fulfils, dict):
        raise No("`fulfils` are codes, or a function", ["QUESTION_UNREADABLE"])
    heeds = fulfils if callable(fulfils) else lambda obligation: obligation.code in fulfils
    # Only `True` is a yes: a coroutine that nobody waited for would be taken for one.
    unheeded = [one.code for one in decision.obligations if one.blocking and heeds(one) is not True]
    if unheeded:
        raise No("blocking obligations were not heeded", unheeded, decision)
    return Permit(response)

