#!/bin/sh
# Builds, serves the example inventory, on embedded SQLite unless ROPA_RUN_DATABASE says where, and shows a
# first check answered.
set -eu
cd "$(dirname "$0")/.."
listen="${ROPA_LISTEN:-127.0.0.1:7421}"
database="${ROPA_RUN_DATABASE:-sqlite://${ROPA_DATA:-.data}/ropa.db}"

cargo build --locked --package ropa
ropa="${CARGO_TARGET_DIR:-target}/debug/ropa"

ROPA_LOG__FORMAT=text ROPA_LOG__LEVEL=warn "$ropa" serve --listen "$listen" --database "$database" &
server=$!
# Ctrl-C reaches the service by itself; it is waited for, and not told twice.
trap 'wait "$server" 2>/dev/null || true; exit 0' INT
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT TERM

# Until it answers, or has ended.
# What answers on this address is ours only while ours runs.
while kill -0 "$server" 2>/dev/null; do
	"$ropa" list --server "http://$listen" 'kind = controller' >/dev/null 2>&1 && break
	sleep 0.1
done
sleep 0.1
kill -0 "$server" 2>/dev/null || exit 1

"$ropa" import --server "http://$listen" --if-empty --reason "the first example" examples/telecom-operator.yaml

echo
echo "May billing use a customer's e-mail address, while the contract runs?"
echo
"$ropa" check --server "http://$listen" --activity billing --operation use --data contact.email --subject customers --contract in_force
cat <<END

Ask it again with grpcurl:

  grpcurl -plaintext -d '{"processing": {"activity": "billing", "operations": ["OPERATION_USE"], "data": [{"category": "contact.email"}], "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}}}}' $listen ropa.v1.DecisionService/Check

Serving on $listen until Ctrl-C.
END
wait "$server"
