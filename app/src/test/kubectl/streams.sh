#!/usr/bin/env bash
# exec, cp, attach and port-forward with a real kubectl, in every protocol that it has: WebSockets
# where it knows them, SPDY where it does not or is told to.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

luotsi up -d --port 0 >/dev/null
k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: luotsi.io/host
    env:
    - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    command: [sh, -c, 'jwebserver --bind-address $POD_IP --port 8099 & i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done']
  - {name: second, image: luotsi.io/host, command: [sleep, '1000']}
YAML
until_has 60 'one +2/2 +Running' k get pod one
ip=$(k get pod one -o jsonpath='{.status.podIP}')
until_has 30 'html' curl -fsS --max-time 5 "http://$ip:8099/"

# --- the token of its account, which every container has ----------------------------------------
account='$CONTAINER_SANDBOX_MOUNT_POINT/var/run/secrets/kubernetes.io/serviceaccount'
same "$(k exec one -c second -- sh -c "cat $account/namespace")" default "namespace told to a container"
token=$(k exec one -c second -- sh -c "cat $account/token")
printf '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"%s"}}' "$token" >"$work/review"
has "$(k create --raw /apis/authentication.k8s.io/v1/tokenreviews -f "$work/review")" \
  '"username": ?"system:serviceaccount:default:default"'

# fails CODE PATTERN COMMAND...: ends with that code, and says so.
fails() {
  local code=$1 pattern=$2 out status=0
  shift 2
  out=$("$@" 2>&1) || status=$?
  same "$status" "$code" "exit code of $*"
  has "$out" "$pattern"
}

streams() {
  # --- exec: output, exit codes, which container -------------------------------------------------
  out=$(k exec one -c main -- sh -c 'echo $POD_IP; echo oops >&2; exit 0' 2>"$work/err")
  same "$out" "$ip" "address in an exec'd command's environment"
  has "$(cat "$work/err")" '^oops$'
  has "$(k exec one -- pwd 2>"$work/err")" '/containers/main/0/work$'
  has "$(cat "$work/err")" '^Defaulted container "main" out of: main, second'
  has "$(k exec one -c second -- pwd)" '/containers/second/0/work$'
  fails 7 'command terminated with exit code 7' k exec one -c main -- sh -c 'exit 7'
  fails 137 'exit code 137' k exec one -c main -- sh -c 'kill -9 $$'
  fails 1 'executable file not found in \$PATH' k exec one -c main -- no-such-program
  fails 1 'container third is not valid for pod one' k exec one -c third -- true
  fails 1 'pods "none" not found' k exec none -- true

  # --- standard input and its end, in bulk -------------------------------------------------------
  same "$(k exec -i one -c main -- sh -c 'cat; echo end' <<<"hello")" $'hello\nend' "what cat echoes"
  head -c 5000000 /dev/urandom >"$work/bulk"
  same "$(k exec -i one -c main -- cat <"$work/bulk" | sha256sum)" "$(sha256sum <"$work/bulk")" "5 MB through cat"
  same "$(k exec one -c main -- head -c 5000000 /dev/zero | wc -c)" 5000000 "bytes of output"

  # --- a terminal ---------------------------------------------------------------------------------
  if command -v script >/dev/null; then
    out=$(script -qec "stty rows 31 cols 97; '$KUBECTL' exec -it one -c main -- sh -c 'tty; echo \$TERM; until stty size | grep -v ^0; do sleep 0.1; done'" /dev/null </dev/null)
    has "$out" '/dev/pts/[0-9]+'
    has "$out" '31 97'
    has "$out" 'xterm'
  fi

  # --- a client that goes away --------------------------------------------------------------------
  "$KUBECTL" exec one -c main -- sh -c 'echo up; exec sleep 4242' >"$work/gone" 2>&1 &
  gone=$!
  until_has 15 'up' cat "$work/gone"
  kill -9 "$gone" && wait "$gone" 2>/dev/null || true
  until_has 20 '^0$' bash -c 'pgrep -fc "^sleep 4242" || true'

  # --- cp -----------------------------------------------------------------------------------------
  k cp "$work/bulk" one:bulk -c main >/dev/null
  same "$(k exec one -c main -- sha256sum bulk | cut -d' ' -f1)" "$(sha256sum <"$work/bulk" | cut -d' ' -f1)" "sum of a copied file"
  k cp one:bulk "$work/back" -c main >/dev/null 2>&1
  cmp "$work/bulk" "$work/back"
  checks=$((checks + 1))

  # --- attach -------------------------------------------------------------------------------------
  timeout 20 "$KUBECTL" attach one -c main >"$work/attached" 2>&1 &
  attached=$!
  until_has 15 'tick [0-9]+' cat "$work/attached"
  kill "$attached" && wait "$attached" 2>/dev/null || true

  # --- port-forward -------------------------------------------------------------------------------
  "$KUBECTL" port-forward pod/one :8099 >"$work/forward" 2>&1 &
  forward=$!
  until_has 15 '127.0.0.1:[0-9]+ -> 8099' cat "$work/forward"
  port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) -> 8099.*/\1/p' "$work/forward")
  for i in 1 2 3 4 5; do
    has "$(curl -fsS --max-time 10 "http://127.0.0.1:$port/")" '<html>|<!DOCTYPE html>'
  done
  kill "$forward" 2>/dev/null && wait "$forward" 2>/dev/null || true
  "$KUBECTL" port-forward pod/one :8098 >"$work/forward" 2>&1 & # where nobody listens
  forward=$!
  until_has 15 '127.0.0.1:[0-9]+ -> 8098' cat "$work/forward"
  port=$(sed -n 's/.*127.0.0.1:\([0-9]*\) -> 8098.*/\1/p' "$work/forward")
  curl -sS --max-time 10 "http://127.0.0.1:$port/" >/dev/null 2>&1 || true
  until_has 15 'error forwarding port 8098 to pod one.*failed to connect' cat "$work/forward"
  kill "$forward" 2>/dev/null && wait "$forward" 2>/dev/null || true
}

streams
export KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false KUBECTL_PORT_FORWARD_WEBSOCKETS=false
streams

k delete pod one --wait=true >/dev/null
luotsi down >/dev/null
nothing_left

echo "streams.sh: $checks checks passed with $(k version --client 2>/dev/null | head -n 1)"
