# What the scripts here share. They are run with bash from anywhere, each with a cluster of its own.
#
#   KUBECTL  the kubectl to use (default: the one on the PATH)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../../.." && pwd)
KUBECTL=${KUBECTL:-kubectl}
work=$(mktemp -d "${TMPDIR:-/tmp}/luotsi-kubectl.XXXXXX")
data=$work/data
export KUBECONFIG=$data/kubeconfig
checks=0

luotsi() { "$top/luotsi" "$@" --data "$data"; }
k() { "$KUBECTL" "$@"; }

finish() {
  status=$?
  set +e
  if [ "$status" -ne 0 ]; then
    echo "FAILED after $checks checks; the end of the member's log:" >&2
    tail -n 40 "$data"/members/*/log/luotsi.0.log >&2
    k get pods,events -A -o wide >&2
  fi
  [ ! -e "$data/cluster.json" ] || luotsi down >/dev/null
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM

fail() {
  echo "not as expected: $*" >&2
  exit 1
}

# has TEXT PATTERN: an extended regular expression occurs in a text.
has() {
  checks=$((checks + 1))
  grep -Eq -- "$2" <<<"$1" || fail "no match of /$2/ in:
$1"
}

lacks() {
  checks=$((checks + 1))
  ! grep -Eq -- "$2" <<<"$1" || fail "a match of /$2/ in:
$1"
}

same() {
  checks=$((checks + 1))
  [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"
}

# until_has SECONDS PATTERN COMMAND...: runs the command until its output matches.
until_has() {
  local deadline=$((SECONDS + $1)) pattern=$2 output
  shift 2
  while output=$("$@" 2>&1) || true; ! grep -Eq -- "$pattern" <<<"$output"; do
    [ "$SECONDS" -lt "$deadline" ] || fail "in time no match of /$pattern/ from '$*':
$output"
    read -r -t 0.3 <> <(:) || true
  done
  checks=$((checks + 1))
}

# nothing_left: no process, mount or listening socket of this cluster.
nothing_left() {
  local slot block left line
  left=$(grep -lF -- "$data" /proc/[0-9]*/cmdline 2>/dev/null | grep -v "/$$/" || true)
  for process in $left; do
    line=$(cat "$process" 2>/dev/null | tr '\0' ' ') || true # it may have ended just now
    case $line in
      *"$top"* | *shim*) fail "left running: $line" ;;
    esac
  done
  ! grep -F -- "$data" /proc/self/mounts || fail "left mounted"
  slot=$(sed -n 's/.*"slot" *: *\([0-9]*\).*/\1/p' "$data/cluster.json")
  block=$((16 + 2 * slot))
  left=$(awk -v a="$(printf '%02X7F' $block)" -v b="$(printf '%02X7F' $((block + 1)))" \
    '$4 == "0A" && (substr($2, 5, 4) == a || substr($2, 5, 4) == b)' /proc/net/tcp)
  [ -z "$left" ] || fail "left listening: $left"
  checks=$((checks + 1))
}
