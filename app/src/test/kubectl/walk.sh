#!/usr/bin/env bash
# A walk through kubectl's commands, each with what it must say.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

commands=0

# want PATTERN COMMAND...: the command succeeds, and what it says matches.
want() {
  local pattern=$1 output
  shift
  commands=$((commands + 1))
  output=$("$@" 2>&1) || fail "'$*' ended with $?:
$output"
  has "$output" "$pattern"
}

# refused PATTERN COMMAND...: the command fails, and what it says matches.
refused() {
  local pattern=$1 output
  shift
  commands=$((commands + 1))
  ! output=$("$@" 2>&1) || fail "'$*' was not refused:
$output"
  has "$output" "$pattern"
}

# unlike PATTERN COMMAND...: the command succeeds, and what it says does not match.
unlike() {
  local pattern=$1 output
  shift
  commands=$((commands + 1))
  output=$("$@" 2>&1) || fail "'$*' ended with $?: $output"
  lacks "$output" "$pattern"
}

# stdin TEXT COMMAND...
stdin() {
  local text=$1
  shift
  printf '%s\n' "$text" | "$@"
}

luotsi up -d --port 0 >/dev/null

# --- what there is -------------------------------------------------------------------------------
# @Conformance("Kubectl, version")
want 'Server Version: v1\.36\.' k version
# @Conformance("Kubectl, cluster info")
want 'Kubernetes control plane.* is running at' k cluster-info
# @Conformance("Kubectl, check version v1")
want '^v1$' k api-versions
want '^apps/v1$' k api-versions
want '^rbac.authorization.k8s.io/v1$' k api-versions
want '^deployments +deploy +apps/v1 +true +Deployment$' k api-resources
want '^nodes +no +v1 +false +Node$' k api-resources --namespaced=false
want '^pods +po +v1 +true +Pod +create,delete,deletecollection,get,list,patch,update,watch +all$' k api-resources -o wide
want '^deployments.apps$' k api-resources --api-group=apps -o name
want '"gitVersion": ?"v1.36.0' k get --raw /version
want '^ok$' k get --raw /readyz
want '\[\+\]store ok' k get --raw '/readyz?verbose'
want '"major"|"resources"' k get --raw /api/v1
want '^apiserver_request_total\{' k get --raw /metrics
refused 'NotFound|page not found' k get --raw /nothing
want '^current-context: |^luotsi|^[a-z]' k config current-context
want 'certificate-authority-data' k config view --raw
refused "the server doesn't have a resource type \"nothings\"" k get nothings

# --- explain -------------------------------------------------------------------------------------
want '^KIND: +Pod' k explain pod
want '^ *containers.*-required-' k explain pod.spec
want 'FIELD: replicas <integer>|replicas +<integer>' k explain deployment.spec.replicas
want 'ports.*<\[\]ContainerPort>' k explain deployment.spec.template.spec.containers
want 'livenessProbe' k explain pod.spec.containers --recursive
refused 'field "nothing" does not exist' k explain pod.nothing

# --- create --------------------------------------------------------------------------------------
want '^namespace/walk created' k create namespace walk
k config set-context --current --namespace=walk >/dev/null
refused 'namespaces "walk" already exists' k create namespace walk
want '^configmap/plain created' k create configmap plain --from-literal=a=1 --from-literal=b=two
want '^secret/plain created' k create secret generic plain --from-literal=password=secret
want '^secret/registry created' k create secret docker-registry registry --docker-username=u --docker-password=p --docker-server=r.example.com
want '^serviceaccount/robot created' k create serviceaccount robot
want '^role.rbac.authorization.k8s.io/reader created' k create role reader --verb=get,list --resource=pods,configmaps
want '^rolebinding.rbac.authorization.k8s.io/reader created' k create rolebinding reader --role=reader --serviceaccount=walk:robot
want '^clusterrole.rbac.authorization.k8s.io/walker created' k create clusterrole walker --verb=get --resource=nodes
want '^clusterrolebinding.rbac.authorization.k8s.io/walker created' k create clusterrolebinding walker --clusterrole=walker --user=walter
want '^resourcequota/large created' k create quota large --hard=configmaps=100,services=50
want '^priorityclass.scheduling.k8s.io/walking created' k create priorityclass walking --value=7 --description=slow
want '^ingress.networking.k8s.io/front created' k create ingress front --rule='walk.example.com/*=web:80'
want '^deployment.apps/web created' k create deployment web --image=luotsi.io/host --replicas=2 --port=8080 -- sleep 3600
want '^poddisruptionbudget.policy/web created' k create poddisruptionbudget web --selector=app=web --min-available=1
want '^service/plain created' k create service clusterip plain --tcp=80:8080
want '^service/away created' k create service externalname away --external-name=walk.example.com
want '^job.batch/once created' k create job once --image=luotsi.io/host -- true
want '^cronjob.batch/often created' k create cronjob often --image=luotsi.io/host --schedule='*/5 * * * *' -- true
want '^configmap/dry created \(dry run\)' k create configmap dry --dry-run=client
want '^configmap/dry created \(server dry run\)' k create configmap dry --dry-run=server
refused 'configmaps "dry" not found' k get configmap dry
want '^kind: ConfigMap' k create configmap dry --dry-run=client -o yaml
# @Conformance("Kubectl, run pod")
want '^pod/runner created' k run runner --image=luotsi.io/host --labels=app=runner --restart=Never --command -- sleep 3600
refused 'Invalid value: "Upper"' k create configmap Upper
refused 'spec.replicas: Invalid value: -1: must be greater than or equal to 0' k patch deployment web -p '{"spec":{"replicas":-1}}'
refused 'namespaces "nowhere" not found' k create configmap x -n nowhere
refused 'error validating|unknown field "spec.nothing"' stdin '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"odd"},"spec":{"nothing":1,"containers":[{"name":"a","image":"b"}]}}' "$KUBECTL" create -f -
refused 'spec.containers: Required value' stdin '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"odd"},"spec":{"containers":[]}}' "$KUBECTL" create -f -

# --- get and its forms ---------------------------------------------------------------------------
want '^NAME +DATA +AGE$' k get configmaps
want '^plain +2 ' k get cm plain
want '^configmap/plain$' k get cm plain -o name
want '^1 two$' k get cm plain -o jsonpath='{.data.a} {.data.b}'
want '^NAME +A$' k get cm -o custom-columns=NAME:.metadata.name,A:.data.a
want '^plain=1$' k get cm plain -o go-template='{{.metadata.name}}={{.data.a}}{{"\n"}}'
want '^  a: "1"$' k get cm plain -o yaml
want '"a": "1"' k get cm plain -o json
want '^plain +2 .* *$' k get cm --field-selector metadata.name=plain
want '^web +.*app=web' k get deployment --show-labels
want '^NAMESPACE +NAME ' k get cm -A
want '^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR' k get deployment -o wide
want 'No resources found in walk namespace' k get pods -l app=nothing
want '^deployment.apps/web |^service/plain ' k get all
want '^configmap/plain +2 |^secret/plain +Opaque +1 ' k get cm/plain secret/plain
want '^plain +Opaque +1 ' k get secrets
want '^registry +kubernetes.io/dockerconfigjson +1 ' k get secrets
want '^away +ExternalName +<none> +walk.example.com ' k get services
want '^front +<none> +walk.example.com +80 ' k get ingress
want '^often +\*/5 \* \* \* \* +<none> +False +0 +<none> ' k get cronjobs
want '^web +1 +N/A ' k get pdb
want '^large ' k get quota
want '^walking +7 +false ' k get priorityclass
want '^walker ' k get clusterroles
want '^robot ' k get sa
want '^default +Active ' k get ns
want '^runner +' k get pods --sort-by=.metadata.name
want '^.?runner' k get pods runner --no-headers
want '"kind":"ConfigMapList"' k get --raw /api/v1/namespaces/walk/configmaps
want '"remainingItemCount":' k get --raw '/api/v1/namespaces/walk/secrets?limit=1'
refused 'configmaps "nothing" not found' k get cm nothing
want '^$|^ *$' k get cm nothing --ignore-not-found
until_has 60 '2/2' k get deployment web
want 'condition met' k wait --for=condition=Available deployment/web --timeout=60s
want 'condition met' k wait --for=jsonpath='{.status.phase}'=Running pod/runner --timeout=60s
want 'Events:' k describe deployment web
want 'Name: +plain' k describe configmap plain
want 'Type: +ClusterIP' k describe service plain
want 'Role:' k describe rolebinding reader
want 'Scheduled|Created|Started' k events --for pod/runner
want 'LAST SEEN +TYPE +REASON +OBJECT +MESSAGE' k get events

# --- change --------------------------------------------------------------------------------------
want '^configmap/plain labeled' k label cm plain color=blue
want '^configmap/plain +2 .*blue|color=blue' k get cm -l color=blue --show-labels
refused "already has a value \(blue\), and --overwrite is false" k label cm plain color=red
want 'labeled' k label cm plain color=red --overwrite
want '^plain' k get cm -l 'color in (red, green),!shape'
want 'unlabeled' k label cm plain color-
want '^configmap/plain annotated' k annotate cm plain note='a walk'
want 'a walk' k get cm plain -o jsonpath='{.metadata.annotations.note}'
want 'annotated' k annotate cm plain note-
want '^configmap/plain patched' k patch cm plain -p '{"data":{"c":"3"}}'
want 'patched' k patch cm plain --type=merge -p '{"data":{"c":null}}'
want 'patched' k patch cm plain --type=json -p '[{"op":"replace","path":"/data/a","value":"9"}]'
want 'patched \(no change\)' k patch cm plain --type=merge -p '{"data":{"a":"9"}}'
refused 'the server rejected our request due to an error in our request|testing value|test failed|Invalid' k patch cm plain --type=json -p '[{"op":"test","path":"/data/a","value":"1"}]'
want '^9$' k get cm plain -o jsonpath='{.data.a}'
want 'edited' env KUBE_EDITOR='sed -i s/two/edited/' "$KUBECTL" edit cm plain
want 'edited' k get cm plain -o jsonpath='{.data.b}'
want 'no changes made' env KUBE_EDITOR=true "$KUBECTL" edit cm plain
want 'replaced' stdin '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"plain"},"data":{"a":"1"}}' "$KUBECTL" replace -f -
refused 'the object has been modified' stdin '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"plain","resourceVersion":"1"},"data":{"a":"1"}}' "$KUBECTL" replace -f -
want '^service/web exposed' k expose deployment web --port=80 --target-port=8080
refused 'services "web" already exists' k expose deployment web --port=80
want 'autoscaled' k autoscale deployment web --min=2 --max=4 --cpu-percent=80
want '^web +Deployment/web +.*80% +2 +4 ' k get hpa
want '"kind":"HorizontalPodAutoscaler"' k get --raw /apis/autoscaling/v1/namespaces/walk/horizontalpodautoscalers/web
want '^deployment.apps/web env updated' k set env deployment/web COLOR=blue
want '^COLOR=blue' k set env deployment/web --list
want 'resource requirements updated' k set resources deployment web --requests=cpu=1m,memory=1Mi
want 'serviceaccount updated' k set serviceaccount deployment web robot
want 'selector updated' k set selector service plain app=web
want 'subjects updated' k set subject rolebinding reader --user=walter
want 'successfully rolled out' k rollout status deployment/web --timeout=90s
want '^REVISION +CHANGE-CAUSE' k rollout history deployment/web
want 'Pod Template:' k rollout history deployment/web --revision=1
want 'paused' k rollout pause deployment/web
refused 'is already paused' k rollout pause deployment/web
want 'resumed' k rollout resume deployment/web
want 'restarted' k rollout restart deployment/web
want 'successfully rolled out' k rollout status deployment/web --timeout=90s
want 'rolled back' k rollout undo deployment/web
want 'successfully rolled out' k rollout status deployment/web --timeout=90s
want 'scaled' k scale deployment web --replicas=1
want 'scaled' k scale deployment web --current-replicas=1 --replicas=2
refused 'Expected replicas to be 7' k scale deployment web --current-replicas=7 --replicas=2

# --- a pod that runs -----------------------------------------------------------------------------
# image IMAGE COMMAND...: the command gets the pod with another image on its standard input.
image() {
  local image=$1
  shift
  k get pod runner -o yaml | sed "s#image: luotsi.io/host.*#image: $image#" | "$@"
}

# @Conformance("Kubectl, label update")
want '^pod/runner labeled' k label pod runner testing=value
want '^runner .* value$' k get pod runner -L testing
want '^pod/runner unlabeled' k label pod runner testing-
unlike ' value' k get pod runner -L testing
# @Conformance("Kubectl, server-side dry-run Pod")
want '^pod/runner patched' k patch pod runner --dry-run=server -p '{"spec":{"containers":[{"name":"runner","image":"luotsi.io/host:dry"}]}}'
want '^luotsi.io/host$' k get pod runner -o jsonpath='{.spec.containers[0].image}'
# @Conformance("Kubectl, replace")
want '^pod/runner replaced' image luotsi.io/host:next "$KUBECTL" replace -f -
want '^luotsi.io/host:next$' k get pod runner -o jsonpath='{.spec.containers[0].image}'

# --- apply, diff, prune --------------------------------------------------------------------------
mkdir "$work/set"
for name in one two; do
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: {set: walk}}\ndata: {v: "1"}\n' $name >"$work/set/$name.yaml"
done
want 'configmap/one created' k apply -f "$work/set"
want 'configmap/two unchanged' k apply -f "$work/set"
sed -i 's/"1"/"2"/' "$work/set/one.yaml"
refused '^\+ +v: "2"' k diff -f "$work/set"
want 'configmap/one configured' k apply -f "$work/set"
want '^$' k diff -f "$work/set"
# @Conformance("Kubectl, diff Deployment")
k get deployment web -o yaml | sed 's#image: luotsi.io/host#image: luotsi.io/host:other#' >"$work/other.yaml"
refused '^\+ +- image: luotsi.io/host:other|^\+ +image: luotsi.io/host:other' k diff -f "$work/other.yaml"
rm "$work/set/two.yaml"
want 'configmap/two pruned' k apply -f "$work/set" --prune -l set=walk --prune-allowlist=core/v1/ConfigMap
want '"v":"2"|v: "2"' k apply view-last-applied configmap/one
want 'serverside-applied' k apply --server-side --force-conflicts -f "$work/set"
want 'manager: kubectl' k get cm one -o yaml --show-managed-fields
cat >"$work/set/kustomization.yaml" <<'END'
resources: [one.yaml]
namePrefix: made-
END
want '^  name: made-one' k kustomize "$work/set"
want 'configmap/made-one created' k apply -k "$work/set"
want 'configmap "made-one" deleted' k delete -k "$work/set"
want 'configmap/generated-[a-z0-9]{5} created' stdin '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"generated-"}}' "$KUBECTL" create -f -

# --- who may -------------------------------------------------------------------------------------
want '^yes' k auth can-i create pods
refused '^no' k auth can-i create pods --as=walter
want '^yes' k auth can-i get nodes --as=walter
want '^configmaps|^pods' k auth can-i --list --as=walter
refused 'User "walter" cannot (create|delete)|forbidden' k delete cm plain --as=walter
want 'kubernetes-admin|system:masters|Username' k auth whoami
want 'reconciled' stdin '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"more","namespace":"walk"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}' "$KUBECTL" auth reconcile -f -
want '^eyJ' k create token robot --duration=10m
token=$(k create token robot)
want 'system:serviceaccount:walk:robot' k auth whoami --kubeconfig=/dev/null --server="$(k config view -o jsonpath='{.clusters[0].cluster.server}')" --insecure-skip-tls-verify --token="$token"

# --- a proxy of one's own ------------------------------------------------------------------------
# @Conformance("Kubectl, proxy port zero")
"$KUBECTL" proxy -p 0 --disable-filter >"$work/proxy" 2>&1 &
proxy=$!
until_has 15 'Starting to serve on 127.0.0.1:[0-9]+' cat "$work/proxy"
want '"kind": ?"APIVersions"' curl -fsS "http://$(grep -o '127.0.0.1:[0-9]*' "$work/proxy")/api/"
kill "$proxy" && wait "$proxy" 2>/dev/null || true
# @Conformance("Kubectl, proxy socket")
"$KUBECTL" proxy --unix-socket="$work/socket" >"$work/proxy" 2>&1 &
proxy=$!
until_has 15 'Starting to serve on' cat "$work/proxy"
want '"kind": ?"APIVersions"' curl -fsS --unix-socket "$work/socket" http://localhost/api/
kill "$proxy" && wait "$proxy" 2>/dev/null || true

# --- certificates --------------------------------------------------------------------------------
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/jane.key" -subj /CN=jane -out "$work/jane.csr" 2>/dev/null
for name in jane june; do
  printf '{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"%s"},"spec":{"request":"%s","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}' \
    $name "$(base64 -w0 "$work/jane.csr")" | k create -f - >/dev/null
done
want '^jane +.*Pending' k get csr
want 'approved' k certificate approve jane
until_has 15 '^jane +.*Approved,Issued' k get csr jane
k get csr jane -o jsonpath='{.status.certificate}' | base64 -d >"$work/jane.crt"
cp "$KUBECONFIG" "$work/jane.config"
k --kubeconfig="$work/jane.config" config set-credentials jane \
  --client-certificate="$work/jane.crt" --client-key="$work/jane.key" --embed-certs >/dev/null
want 'Username +jane' k --kubeconfig="$work/jane.config" --user=jane auth whoami
want 'denied' k certificate deny june
want 'Denied' k get csr june

# --- nodes ---------------------------------------------------------------------------------------
want 'cordoned' k cordon node-1
want 'SchedulingDisabled' k get nodes
want 'uncordoned' k uncordon node-1
want 'tainted' k taint node node-1 walk=yes:NoSchedule
refused 'already has .*taint|--overwrite' k taint node node-1 walk=no:NoSchedule
want 'untainted' k taint node node-1 walk-
want 'labeled' k label node node-1 disk=fast
want '^node-1' k get nodes -l disk=fast
want 'Allocatable:' k describe node node-1
refused 'Metrics API not available' k top nodes

# --- pods ----------------------------------------------------------------------------------------
want '^hello' k exec runner -- echo hello
refused 'exit code 3' k exec runner -- sh -c 'exit 3'
want '^$' k logs runner
refused 'container nothing is not valid|nothing.* not' k logs runner -c nothing
want '^$|deprecated' k debug runner --image=luotsi.io/host --container=look -- echo looked
want '^look$' k get pod runner -o jsonpath='{.spec.ephemeralContainers[*].name}'
until_has 30 '^looked' k logs runner -c look
want '^$|deprecated' k debug runner --image=luotsi.io/host --copy-to=copied --container=look -- sleep 3600
want '^runner look$' k get pod copied -o jsonpath='{.spec.containers[*].name}'
refused 'cannot delete .*declare no controller' k drain node-1
want '^pod/copied evicted' k drain node-1 --force --grace-period=1 --pod-selector='!app'
want 'SchedulingDisabled' k get node node-1
want 'uncordoned' k uncordon node-1
want 'deleted' k delete pod runner --grace-period=1 --wait=true

# --- delete --------------------------------------------------------------------------------------
want 'configmap "one" deleted' k delete cm one
refused 'not found' k delete cm one
want '^$' k delete cm one --ignore-not-found
want 'No resources found' k delete cm -l set=walk
want 'deleted' k delete ingress front --now
want 'deleted' k delete deployment web --cascade=orphan
want '^web-' k get rs
want 'deleted' k delete rs --all
want 'deleted' k delete hpa,pdb,cronjob,job --all
want 'deleted' k delete csr jane june
want 'deleted' k delete clusterrole,clusterrolebinding walker
want 'deleted' k delete priorityclass walking
want 'namespace "walk" deleted' k delete namespace walk --timeout=90s
unlike '^walk ' k get ns
refused 'namespaces "walk" not found|not found' k get ns walk
refused 'forbidden: this namespace may not be deleted' k delete ns default

luotsi down >/dev/null
nothing_left
[ "$commands" -ge 150 ] || fail "only $commands commands"
echo "walk.sh: $commands commands and $checks checks passed with $(k version --client 2>/dev/null | head -n 1)"
