// The official JavaScript client, unmodified, against the server of KUBECONFIG. Ends with 0 if all
// of it is as with upstream; prints the name of each part that is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

const namespace = 'javascript';
const kubeconfig = new k8s.KubeConfig();
kubeconfig.loadFromFile(process.env.KUBECONFIG);
const core = kubeconfig.makeApiClient(k8s.CoreV1Api);
const apps = kubeconfig.makeApiClient(k8s.AppsV1Api);
const path = `/api/v1/namespaces/${namespace}/configmaps`;

const configMap = (name, value) => ({
  metadata: { name, labels: { app: name } },
  data: { k: value },
});
const create = (name) =>
  core.createNamespacedConfigMap({ namespace, body: configMap(name, '1') });

/** The Status that the call is refused with. */
const refused = async (code, call) => {
  try {
    await call();
  } catch (failure) {
    assert.equal(failure.code, code);
    const status = typeof failure.body === 'string' ? JSON.parse(failure.body) : failure.body;
    assert.equal(status.kind, 'Status');
    assert.equal(status.code, code);
    return status;
  }
  return assert.fail(`not refused with ${code}`);
};

/** What is put in may be taken out in the same order, once it is there. */
class Queue {
  #waiting = [];
  #there = [];

  put(item) {
    const taker = this.#waiting.shift();
    taker ? taker(item) : this.#there.push(item);
  }

  take() {
    return this.#there.length > 0
      ? Promise.resolve(this.#there.shift())
      : new Promise((taker) => this.#waiting.push(taker));
  }
}

const parts = {
  async 'objects are created, read, listed, replaced and deleted'() {
    const created = await create('typed');
    assert.ok(created.metadata.creationTimestamp instanceof Date);
    created.data.k = '2';
    await core.replaceNamespacedConfigMap({ name: 'typed', namespace, body: created });
    const read = await core.readNamespacedConfigMap({ name: 'typed', namespace });
    assert.deepEqual(read.data, { k: '2' });
    const list = await core.listNamespacedConfigMap({ namespace, labelSelector: 'app=typed' });
    assert.equal(list.items.length, 1);
    const deleted = await core.deleteNamespacedConfigMap({ name: 'typed', namespace });
    assert.equal(deleted.status, 'Success');
  },

  async 'refusals are exceptions with a Status'() {
    const created = await create('refused');
    assert.equal((await refused(409, () => create('refused'))).reason, 'AlreadyExists');
    await core.replaceNamespacedConfigMap({
      name: 'refused',
      namespace,
      body: configMap('refused', '2'),
    });
    const stale = () =>
      core.replaceNamespacedConfigMap({ name: 'refused', namespace, body: created });
    assert.equal((await refused(409, stale)).reason, 'Conflict');
    const missing = () => core.readNamespacedConfigMap({ name: 'none', namespace });
    assert.equal((await refused(404, missing)).message, 'configmaps "none" not found');
    const invalid = await refused(422, () => create('Not_A_Name'));
    assert.equal(invalid.details.causes[0].field, 'metadata.name');
  },

  async 'every kind of patch does what it says'() {
    const labels = { app: 'web' };
    await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name: 'web', labels },
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                { name: 'c', image: 'i:1' },
                { name: 'd', image: 'i:1' },
              ],
            },
          },
        },
      },
    });
    const patch = (strategy, body, fieldManager) =>
      apps.patchNamespacedDeployment(
        { name: 'web', namespace, body, fieldManager },
        k8s.setHeaderOptions('Content-Type', strategy),
      );
    const json = await patch(k8s.PatchStrategy.JsonPatch, [
      { op: 'replace', path: '/spec/replicas', value: 2 },
    ]);
    assert.equal(json.spec.replicas, 2);
    const merged = await patch(k8s.PatchStrategy.MergePatch, {
      metadata: { labels: { app: null, m: '1' } },
    });
    assert.deepEqual(merged.metadata.labels, { m: '1' });
    const strategic = await patch(k8s.PatchStrategy.StrategicMergePatch, {
      spec: { template: { spec: { containers: [{ name: 'd', image: 'i:2' }] } } },
    });
    const images = strategic.spec.template.spec.containers.map((one) => one.image);
    assert.deepEqual(images.sort(), ['i:1', 'i:2']);
    const wish = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'c', image: 'i:3' }] } } },
    };
    const apply = () => patch(k8s.PatchStrategy.ServerSideApply, wish, 'script');
    assert.equal((await refused(409, apply)).details.causes[0].reason, 'FieldManagerConflict');
    wish.spec.template.spec.containers = [{ name: 'c', workingDir: '/tmp' }];
    const owners = (await apply()).metadata.managedFields;
    assert.ok(owners.some((one) => one.manager === 'script' && one.operation === 'Apply'));
  },

  async 'a watch resumes where it ended'() {
    const events = new Queue();
    const created = await create('watched');
    const begin = (resourceVersion) =>
      new k8s.Watch(kubeconfig).watch(
        path,
        { resourceVersion, labelSelector: 'app=watched' },
        (type, object) => events.put([type, object]),
        () => {},
      );
    const first = await begin(created.metadata.resourceVersion);
    await core.deleteNamespacedConfigMap({ name: 'watched', namespace });
    const [type, gone] = await events.take();
    assert.equal(type, 'DELETED');
    first.abort();
    await create('watched');
    const second = await begin(gone.metadata.resourceVersion);
    assert.equal((await events.take())[0], 'ADDED');
    second.abort();
  },

  async 'an informer knows what is there and hears of what happens'() {
    const events = new Queue();
    await create('informed');
    const labelSelector = 'app=informed';
    const informer = k8s.makeInformer(
      kubeconfig,
      path,
      () => core.listNamespacedConfigMap({ namespace, labelSelector }),
      labelSelector,
    );
    for (const verb of ['add', 'update', 'delete']) {
      informer.on(verb, (object) => events.put(`${verb} ${object.data.k}`));
    }
    await informer.start();
    assert.equal(await events.take(), 'add 1');
    assert.equal(informer.get('informed', namespace).data.k, '1');
    await core.replaceNamespacedConfigMap({
      name: 'informed',
      namespace,
      body: configMap('informed', '2'),
    });
    assert.equal(await events.take(), 'update 2');
    await core.deleteNamespacedConfigMap({ name: 'informed', namespace });
    assert.equal(await events.take(), 'delete 2');
    await informer.stop();
  },

  async "a pod's log is read"() {
    const log = new PassThrough();
    await new k8s.Log(kubeconfig).log(namespace, 'pod', 'a', log, {});
    const [text] = await once(log, 'data');
    assert.equal(text.toString(), 'line 1\n');
  },

  async 'a shell is spoken with over a WebSocket'() {
    const [input, output, error] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const ended = new Queue();
    const socket = await new k8s.Exec(kubeconfig).exec(
      namespace,
      'pod',
      'a',
      ['sh', '-c', 'cat'],
      output,
      error,
      input,
      false,
      (status) => ended.put(status),
    );
    input.write('hello');
    const [text] = await once(output, 'data');
    assert.equal(text.toString(), 'hello');
    const status = await ended.take();
    assert.equal(status.reason, 'NonZeroExitCode');
    assert.equal(status.details.causes[0].message, '3');
    socket.close();
  },
};

for (const [name, part] of Object.entries(parts)) {
  await part();
  console.log(`ok: ${name}`);
}
process.exit(0);
