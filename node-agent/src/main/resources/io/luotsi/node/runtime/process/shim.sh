# Runs one container and outlives the JVM that asked for it. POSIX sh, builtins only: nothing else is
# sure to be there. Started as the leader of a session of its own, with the container's environment.
#
#   sh shim.sh STATE_DIRECTORY WORKING_DIRECTORY CGROUP_FILES COMMAND [ARGUMENT...]
#
# Writes into STATE_DIRECTORY, each record in one write and whole only with its newline:
#   shim   pid and start time (field 22 of /proc/PID/stat) of this script
#   pid    pid and start time of the container's first process; its mtime is when it started
#   exit   the exit code; its mtime is when the container ended
# and one line to descriptor 3 when the program is about to run.
state=$1 work=$2 cgroups=$3
shift 3

# Sets session and start from a line of /proc/PID/stat; the name in it may contain anything.
fields() {
  line=${1##*) }
  set -- $line
  session=${4-} start=${20-}
}

# The container's signals are not ours. Caught, not ignored: an ignored signal would be inherited.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

read -r self < /proc/self/stat
fields "$self"
echo "$$ $start" > "$state/shim"

# In the foreground: a background child of a shell would ignore SIGINT and SIGQUIT for good.
(
  read -r self < /proc/self/stat
  fields "$self"
  for file in $cgroups; do
    echo 0 > "$file" || exit 128
  done
  cd "$work" || exit 128
  echo "${self%% *} $start" > "$state/pid"
  echo started >&3
  exec 3>&-
  exec "$@"
) < /dev/null >> "$state/log" 2>&1
code=$?
exec 3>&-
echo "$code" > "$state/exit"

# As in a container: when the first process ends, all end.
for file in /proc/[0-9]*/stat; do
  { read -r line < "$file"; } 2> /dev/null || continue
  pid=${line%% *}
  fields "$line"
  if [ "$session" = "$$" ] && [ "$pid" != "$$" ]; then
    kill -9 "$pid" 2> /dev/null
  fi
done
