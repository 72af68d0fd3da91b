#!/usr/bin/env bash
# Every command that README promises, with a real kubectl, and what it must show.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

echo 't0ken,tina,u-7,"readers,writers"' >"$work/tokens.csv"
luotsi up -d --port 0 --token-auth-file "$work/tokens.csv" >/dev/null

# --- nodes and an applied workload ---------------------------------------------------------------
out=$(k get nodes -o wide)
has "$out" '^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME'
has "$out" '^node-1 +Ready +<none> +[0-9]+[smh].* v1\.36\.[0-9]+.* 127\.0\.0\.1 .*luotsi-process://'

"$KUBECTL" get pods -o wide -w >"$work/watch" 2>&1 &
watch=$!
has "$(k apply -f "$top/examples/web.yaml")" 'deployment.apps/web created'
has "$(k apply -f "$top/examples/web.yaml")" 'deployment.apps/web unchanged'
has "$(k rollout status deployment/web --timeout=120s)" 'deployment "web" successfully rolled out'
out=$(k get pods -o wide)
same "$(grep -c 'web-.* 1/1 .*Running .* 127\.[0-9.]* *node-1' <<<"$out")" 3 "running pods with addresses"
out=$(k get deployment,replicaset,service,endpointslices)
has "$out" 'deployment.apps/web +3/3 +3 +3 '
has "$out" 'replicaset.apps/web-[0-9a-z]+ +3 +3 +3 '
has "$out" 'service/web +ClusterIP +127\.[0-9.]+ +<none> +8480/TCP'
has "$out" 'endpointslice.discovery.k8s.io/web-[0-9a-z]+ +IPv4 +8480 +127\.'
until_has 10 'web-.* 1/1 +Running' cat "$work/watch"
kill "$watch" && wait "$watch" 2>/dev/null || true
has "$(cat "$work/watch")" 'web-.*(Pending|ContainerCreating)'

address=$(k get service web -o jsonpath='{.spec.clusterIP}')
has "$(curl -fsS --max-time 10 "http://$address:8480/")" '^web-[0-9a-z]+-[0-9a-z]+ at 127\.'

# --- pods answer, to one another too -------------------------------------------------------------
# @Conformance("Replica Set, run basic image", "Networking, intra pod http", "Proxy through apiserver to a Service")
proxied=/api/v1/namespaces/default
for pod in $(k get pods -l app=web -o jsonpath='{.items[*].metadata.name}'); do
  ip=$(k get pod "$pod" -o jsonpath='{.status.podIP}')
  has "$(k get --raw "$proxied/pods/$pod:8480/proxy/")" "^$pod at $ip "
  for other in $(k get pods -l app=web -o jsonpath='{.items[*].metadata.name}'); do
    has "$(k exec "$other" -- curl -fsS --max-time 10 "http://$ip:8480/")" "^$pod at $ip "
  done
done
for port in 8480 http; do
  has "$(k get --raw "$proxied/services/web:$port/proxy/")" '^web-[0-9a-z]+-[0-9a-z]+ at 127\.'
  has "$(k get --raw "$proxied/services/http:web:$port/proxy/index.html")" '^web-[0-9a-z]+-[0-9a-z]+ at 127\.'
done

# --- scale, logs ---------------------------------------------------------------------------------
has "$(k scale deployment web --replicas=5)" 'deployment.apps/web scaled'
until_has 60 'web +5/5 +5 +5 ' k get deployment web
has "$(k scale deployment web --replicas=2)" 'scaled'
until_has 60 'web +2/2 +2 +2 ' k get deployment web
until_has 60 '^2$' bash -c "'$KUBECTL' get pods -l app=web --no-headers | wc -l"
pod=$(k get pods -l app=web -o jsonpath='{.items[0].metadata.name}')
timeout 20 "$KUBECTL" logs -f "$pod" >"$work/logs" 2>&1 &
logs=$!
until_has 15 'GET / HTTP' cat "$work/logs"
kill "$logs" && wait "$logs" 2>/dev/null || true
# @Conformance("Kubectl, logs")
has "$(k logs "$pod" --tail=1 --timestamps)" '^20[0-9-]+T[0-9:.]+Z '
same "$(k logs "$pod" --tail=1 | wc -l)" 1 "lines of a tail of one"
same "$(k logs "$pod" --limit-bytes=1 | wc -c)" 1 "bytes of a log of one byte"
same "$(k logs "$pod" --tail=2 | wc -l)" 2 "lines of a tail of two"
recent=$(k logs "$pod" --since=1s | wc -l)
[ "$recent" -lt "$(k logs "$pod" --since=24h | wc -l)" ] || fail "as much within a second as within a day"

# --- a replication controller --------------------------------------------------------------------
# @Conformance("Kubectl, replication controller", "Replication Controller, run basic image")
sed -e 's/^apiVersion: apps.v1/apiVersion: v1/' -e 's/^kind: Deployment/kind: ReplicationController/' \
  -e '/^  selector:/,/app: web$/d' -e 's/web$/echo/' -e 's/replicas: 3/replicas: 1/' -e '/^---/,$d' \
  "$top/examples/web.yaml" >"$work/echo.yaml"
has "$(k create -f "$work/echo.yaml")" 'replicationcontroller/echo created'
until_has 60 'echo +1 +1 +1 ' k get rc echo
pod=$(k get pods -l app=echo -o jsonpath='{.items[0].metadata.name}')
has "$(k get --raw "$proxied/pods/$pod:8480/proxy/")" "^$pod at 127\."
# @Conformance("Kubectl, describe pod or rc")
has "$(k describe rc echo)" 'Replicas: +1 current / 1 desired'
has "$(k describe rc echo)" 'Pods Status: +1 Running / 0 Waiting / 0 Succeeded / 0 Failed'
has "$(k describe pod "$pod")" 'Controlled By: +ReplicationController/echo'
# @Conformance("Kubectl, patch to annotate")
has "$(k patch pod "$pod" -p '{"metadata":{"annotations":{"x":"y"}}}')" 'patched'
same "$(k get pods -l app=echo -o jsonpath='{.items[*].metadata.annotations.x}')" y "annotation of the pods"
# @Conformance("Kubectl, create service, replication controller")
has "$(k expose rc echo --name=rm2 --port=1234 --target-port=8480)" 'service/rm2 exposed'
has "$(k expose service rm2 --name=rm3 --port=2345 --target-port=8480)" 'service/rm3 exposed'
until_has 15 '^rm3 +127\.[0-9.]+:8480 ' k get endpoints rm3
until_has 15 "^$pod at " k get --raw "$proxied/services/rm2:1234/proxy/"
# @Conformance("Kubectl, scale replication controller")
has "$(k scale rc echo --replicas=2)" 'replicationcontroller/echo scaled'
until_has 60 'echo +2 +2 +2 ' k get rc echo
has "$(k scale rc echo --replicas=1 --current-replicas=2)" 'scaled'
until_has 60 'echo +1 +1 +1 ' k get rc echo
has "$(k delete rc/echo service/rm2 service/rm3)" '"echo" deleted'

# --- set image, rollout status -------------------------------------------------------------------
before=$(k get replicaset -l app=web -o name)
has "$(k set image deployment/web web=luotsi.io/host:next)" 'image updated'
has "$(k rollout status deployment/web --timeout=120s)" 'successfully rolled out'
until_has 60 '^2$' bash -c "'$KUBECTL' get pods -l app=web --no-headers | wc -l"
same "$(k get replicaset -l app=web -o name | grep -vcF "$before")" 1 "new replica sets"
has "$(k get pods -l app=web -o jsonpath='{.items[*].spec.containers[0].image}')" '^luotsi.io/host:next luotsi.io/host:next$'
has "$(k rollout history deployment/web)" '^2 '

# --- server-side apply: conflict, force, removal -------------------------------------------------
shared() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\ndata: {%s}\n' "$1"; }
has "$(shared 'a: "1", b: "1"' | k apply --server-side -f -)" 'configmap/shared serverside-applied'
version=$(k get configmap shared -o jsonpath='{.metadata.resourceVersion}')
has "$(shared 'a: "1", b: "1"' | k apply --server-side -f -)" 'serverside-applied'
same "$(k get configmap shared -o jsonpath='{.metadata.resourceVersion}')" "$version" "resourceVersion of what is applied again"
has "$(k patch configmap shared --type=merge -p '{"data":{"a":"2"}}')" 'patched'
out=$(shared 'a: "1"' | k apply --server-side -f - 2>&1) && same conflict none "outcome of an apply"
has "$out" 'Apply failed with 1 conflict: conflict with "kubectl-patch" using v1: \.data\.a'
has "$(shared 'a: "1"' | k apply --server-side --force-conflicts --dry-run=server -f -)" 'serverside-applied \(server dry run\)'
same "$(k get configmap shared -o jsonpath='{.data.a}{.data.b}')" 21 "data after a dry run"
has "$(shared 'a: "1"' | k apply --server-side --force-conflicts -f -)" 'serverside-applied'
same "$(k get configmap shared -o jsonpath='{.data}')" '{"a":"1"}' "data after b was no longer applied"
has "$(k get configmap shared -o yaml --show-managed-fields)" 'manager: kubectl$'
has "$(k delete configmap shared)" 'deleted'
has "$(k get deployment web -o yaml --show-managed-fields)" 'manager: kube-controller-manager$'

# --- describe, events ----------------------------------------------------------------------------
pod=$(k get pods -l app=web -o jsonpath='{.items[0].metadata.name}')
out=$(k describe pod "$pod")
has "$out" '^Name: +web-'
has "$out" '^Node: +node-1/127\.0\.0\.1'
has "$out" '^Status: +Running'
has "$out" 'POD_IP: +\(v1:status.podIP\)'
has "$out" 'Normal +Scheduled .*Successfully assigned default/web-.* to node-1'
has "$out" 'Normal +Started '
out=$(k get events)
has "$out" 'Normal +ScalingReplicaSet +deployment/web +Scaled up replica set web-'
has "$out" 'Normal +SuccessfulCreate +replicaset/web-'
has "$out" 'Normal +Started +pod/web-'

# --- who may do what -----------------------------------------------------------------------------
cp "$KUBECONFIG" "$work/people"
k --kubeconfig "$work/people" config set-credentials tina --token=t0ken >/dev/null
tina() { k --kubeconfig "$work/people" --user=tina "$@" 2>&1; }
has "$(k auth whoami)" '^Groups +\[system:masters system:authenticated\]'
has "$(tina auth whoami)" '^Username +tina'
has "$(tina auth whoami)" '^Groups +\[readers writers system:authenticated\]'
same "$(k auth can-i '*' '*' 2>/dev/null)" yes "whether the administrator may do everything"
same "$(tina auth can-i list pods)" no "whether tina may list pods before she is bound"
has "$(k create clusterrole reader --verb=get,list,watch --resource=pods,pods/log)" 'clusterrole.rbac.authorization.k8s.io/reader created'
has "$(k create role writer --verb=create,get --resource=configmaps)" 'role.rbac.authorization.k8s.io/writer created'
has "$(k create rolebinding tina-reads --clusterrole=reader --user=tina)" 'rolebinding.rbac.authorization.k8s.io/tina-reads created'
has "$(k create rolebinding writers --role=writer --group=writers)" 'rolebinding.rbac.authorization.k8s.io/writers created'
has "$(k get rolebindings -o wide)" '^tina-reads +ClusterRole/reader +[0-9]+s +tina'
has "$(k describe rolebinding writers)" 'Group +writers'
same "$(tina auth can-i list pods)" yes "whether tina may list pods"
same "$(tina auth can-i list pods -A)" no "whether tina may list all pods"
has "$(tina auth can-i --list)" '^pods +\[\] +\[\] +\[get list watch\]'
has "$(tina auth can-i --list)" '^ +\[/healthz\] +\[\] +\[get\]'
has "$(tina get pods)" 'web-.* 1/1 +Running'
has "$(tina create configmap hers --from-literal=a=b)" 'configmap/hers created'
has "$(tina get secrets)" '\(Forbidden\): secrets is forbidden: User "tina" cannot list resource "secrets" in API group "" in the namespace "default"'
has "$(tina get pods --as=joe)" '\(Forbidden\): users "joe" is forbidden: User "tina" cannot impersonate resource "users"'
same "$(k auth can-i create configmaps --as=joe --as-group=writers)" yes "whether joe of the writers may create"
same "$(k auth can-i create configmaps --as=joe)" no "whether joe may create"
has "$(k get pods --as=joe 2>&1)" 'User "joe" cannot list resource "pods"'
until_has 10 'deployments/scale' k get clusterrole admin -o yaml
has "$(k create rolebinding tina-admin --clusterrole=admin --user=tina)" 'created'
has "$(tina create role more --verb=get --resource=secrets)" 'role.rbac.authorization.k8s.io/more created'
has "$(tina create role most --verb=get --resource=nodes)" 'attempting to grant RBAC permissions not currently held:'
has "$(k patch rolebinding tina-reads -p '{"roleRef":{"name":"view"}}' 2>&1)" 'cannot change roleRef'
has "$(k delete rolebinding tina-admin writers)" 'deleted'
same "$(tina auth can-i create configmaps)" no "whether tina may create when her group is bound no more"
has "$(k delete configmap hers)" 'deleted'

# --- a pod's process is killed -------------------------------------------------------------------
ip=$(k get pod "$pod" -o jsonpath='{.status.podIP}')
kill -9 "$(pgrep -f "^jwebserver --bind-address $ip ")"
until_has 60 "$pod +1/1 +Running +1 " k get pod "$pod"
same "$(k get pod "$pod" -o jsonpath='{.status.containerStatuses[0].lastState.terminated.exitCode}')" 137 "exit code"

# --- an image that cannot be had -----------------------------------------------------------------
has "$(k create deployment x --image=nginx)" 'deployment.apps/x created'
until_has 60 'x-.* 0/1 +(ErrImagePull|ImagePullBackOff) ' k get pods -l app=x
until_has 30 'Failed to pull image "nginx".*luotsi.io/host' k describe pods -l app=x
has "$(k delete deployment x)" 'deployment.apps "x" deleted'

# --- Luotsi is killed and started again ----------------------------------------------------------
k create configmap kept --from-literal=a=b >/dev/null
snapshot() {
  k get deployments,replicasets,services,configmaps,pods -o \
    jsonpath='{range .items[*]}{.kind}/{.metadata.name} {.metadata.uid}{"\n"}{end}' | grep -v '/x-'
}
until_has 60 '^0$' bash -c "'$KUBECTL' get pods -l app=x --no-headers 2>/dev/null | wc -l"
objects=$(snapshot)
version=$(k get configmap kept -o jsonpath='{.metadata.resourceVersion}')
processes=$(pgrep -f "^jwebserver --bind-address" | sort)
member=$(luotsi status -o json | sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p' | head -n 1)
kill -9 "$member"
luotsi up -d >/dev/null
same "$(snapshot)" "$objects" "objects and their uids"
has "$(tina get pods)" 'web-.* [01]/1 '
same "$(k get configmap kept -o jsonpath='{.metadata.resourceVersion}')" "$version" "resourceVersion"
until_has 60 'web +2/2 +2 +2 ' k get deployment web
same "$(pgrep -f "^jwebserver --bind-address" | sort)" "$processes" "processes of the pods"
has "$(k get pod "$pod")" "$pod +1/1 +Running +1 "

# --- delete, and the end -------------------------------------------------------------------------
has "$(k delete -f "$top/examples/web.yaml")" 'deployment.apps "web" deleted'
until_has 60 '^0$' bash -c "'$KUBECTL' get pods -l app=web --no-headers 2>/dev/null | wc -l"
until_has 30 '^0$' bash -c "'$KUBECTL' get replicasets,endpointslices -l app=web --no-headers 2>/dev/null | wc -l"
luotsi down >/dev/null
nothing_left

echo "workload.sh: $checks checks passed with $(k version --client 2>/dev/null | head -n 1)"
