#!/usr/bin/env bash
# Three JVMs; the leader is killed while kubectl writes and watches, and is brought back.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

REPLICAS=6

# The member that leads, as people see it.
leader() { luotsi status | sed -n 's/.* \(node-[0-9]*\) leads$/\1/p'; }

luotsi up -d --jvms 3 --port 0 >/dev/null
for node in node-1 node-2 node-3; do
  until_has 60 "^$node +Ready " k get nodes
done
k apply -f "$top/examples/web.yaml" >/dev/null
has "$(k scale deployment web --replicas=$REPLICAS)" 'scaled'
until_has 120 "web +$REPLICAS/$REPLICAS " k get deployment web
out=$(k get pods -l app=web -o wide)
for node in node-1 node-2 node-3; do
  has "$out" " $node "
done

# --- a custom kind that is made through one member is served by all -------------------------------
# members: where each of them listens itself, which stands next to its pid.
members() { luotsi status -o json | grep -A1 '"pid"' | grep -Eo '[0-9.]+:[0-9]+'; }
same "$(members | wc -l)" 3 "members with an address"
k apply -f - >/dev/null <<'END'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ferries.harbour.example}
spec:
  group: harbour.example
  scope: Namespaced
  names: {plural: ferries, singular: ferry, kind: Ferry}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {seats: {type: integer, minimum: 1}}}
END
has "$(k wait --for=condition=Established crd/ferries.harbour.example --timeout=10s)" 'condition met'
for address in $(members); do
  until_has 5 'No resources found|^ferry-' k --server "https://$address" get ferries
  name=ferry-${address##*:}
  k --server "https://$address" apply -f - >/dev/null <<END
{"apiVersion": "harbour.example/v1", "kind": "Ferry", "metadata": {"name": "$name"}, "spec": {"seats": 40}}
END
  has "$(k get ferry "$name" -o jsonpath='{.spec.seats}')" '^40$'
done

# --- somebody writes, somebody watches -----------------------------------------------------------
# Writes down what was acknowledged: name, uid and resourceVersion, one a line. What is refused or
# has no answer is left, and the next one gets another name.
writer() {
  local number=0
  while [ -e "$work/go" ]; do
    number=$((number + 1))
    k create configmap "kept-$number" --from-literal="number=$number" --request-timeout=15s -o \
      jsonpath='{.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{"\n"}' \
      >>"$work/acknowledged" 2>>"$work/refused" || true
  done
}

# A kubectl that watches ends when it is cut off; whoever uses it starts it again.
watcher() {
  while [ -e "$work/go" ]; do
    k get configmaps --watch-only --output-watch-events --no-headers >>"$work/watch" 2>&1 || true
    echo "cut off" >>"$work/watch"
  done
}

writes() { wc -l <"$work/acknowledged"; }

# more_writes N: so many more are acknowledged within a minute.
more_writes() {
  local wanted=$(($(writes) + $1)) deadline=$((SECONDS + 60))
  until [ "$(writes)" -ge "$wanted" ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$(writes) writes are acknowledged, not $wanted; refused: $(tail -n 3 "$work/refused")"
    read -r -t 0.3 <> <(:) || true
  done
  checks=$((checks + 1))
}

: >"$work/go"
: >"$work/acknowledged"
: >"$work/watch"
writer &
writing=$!
watcher &
watching=$!
more_writes 10
until_has 30 'ADDED +kept-' cat "$work/watch"

# --- the leader is killed ------------------------------------------------------------------------
lost=$(leader)
has "$lost" '^node-[123]$'
addresses=$(k get pods -l app=web -o wide --no-headers | grep -v " $lost " | grep -o '127\.[0-9.]*' | sort)
processes() { for ip in $addresses; do pgrep -f "^jwebserver --bind-address $ip "; done; }
untouched=$(processes)
has "$(luotsi kill "$lost")" "^$lost .* is killed"
more_writes 10
until_has 30 "$lost +NotReady " k get node "$lost"
elsewhere() { k get pods -l app=web -o wide --no-headers | grep ' 1/1 *Running ' | grep -vc " $lost "; }
until_has 60 "^$REPLICAS\$" elsewhere
same "$(processes)" "$untouched" "processes of the pods of other nodes"
same "$(k get ferries --no-headers | wc -l)" 3 "ferries without the one who led"
has "$(k patch ferry "$name" --type=merge -p '{"spec": {"seats": 41}}')" 'patched'
has "$(k patch ferry "$name" --type=merge -p '{"spec": {"seats": 0}}' 2>&1 || true)" 'greater than or equal to 1'
has "$(leader)" '^node-[123]$'
[ "$(leader)" != "$lost" ] || fail "$lost still leads"

# --- and comes back ------------------------------------------------------------------------------
luotsi start "$lost" >/dev/null
until_has 60 "$lost +Ready " k get node "$lost"
until_has 60 "^$REPLICAS\$" bash -c "'$KUBECTL' get pods -l app=web --no-headers | wc -l"
same "$(processes)" "$untouched" "processes of the pods of other nodes"
for address in $(members); do
  until_has 5 '^41$' k --server "https://$address" get ferry "$name" -o jsonpath='{.spec.seats}'
done
pod=$(k get pods -l app=web -o jsonpath='{.items[0].metadata.name}')
has "$(k logs "$pod" --tail=1)" 'GET / HTTP'
more_writes 10

# --- everything acknowledged is there, and was seen once -----------------------------------------
# A watcher that a killed member served has been cut off; the others' was not. Both go on.
k create configmap last-of-all >/dev/null
until_has 30 'ADDED +last-of-all' cat "$work/watch"
rm "$work/go"
wait "$writing"
pkill -P "$watching" || true
wait "$watching" 2>/dev/null || true
doubles=$(awk '$1 == "ADDED" { print $2 }' "$work/watch" | sort | uniq -d)
same "$doubles" "" "seen more than once"
k get configmaps -o \
  jsonpath='{range .items[*]}{.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{"\n"}{end}' |
  sort >"$work/there"
same "$(sort "$work/acknowledged" | comm -23 - "$work/there")" "" "acknowledged and not there"

luotsi down >/dev/null
nothing_left
echo "failover.sh: $checks checks and $(writes) acknowledged writes passed with $(k version --client 2>/dev/null | head -n 1)"
