"""The official Python client over objects of every kind: each is created, read, listed, watched, patched and deleted by its typed API.

Reads samples as JSON from standard input, prints one line `KIND VERB ok` or `KIND VERB ERROR` for each step. Arguments: kubeconfig, namespace.
"""
import json
import re
import sys

from kubernetes import client, config, watch

APIS = {
    '/api/v1': client.CoreV1Api,
    '/apis/apps/v1': client.AppsV1Api,
    '/apis/batch/v1': client.BatchV1Api,
    '/apis/coordination.k8s.io/v1': client.CoordinationV1Api,
    '/apis/discovery.k8s.io/v1': client.DiscoveryV1Api,
    '/apis/events.k8s.io/v1': client.EventsV1Api,
    '/apis/networking.k8s.io/v1': client.NetworkingV1Api,
    '/apis/policy/v1': client.PolicyV1Api,
    '/apis/rbac.authorization.k8s.io/v1': client.RbacAuthorizationV1Api,
    '/apis/scheduling.k8s.io/v1': client.SchedulingV1Api,
    '/apis/storage.k8s.io/v1': client.StorageV1Api,
}


def snake(kind):
    return re.sub(r'(?<=[a-z])(?=[A-Z])', '_', kind).lower()


def live_of(api, sample, namespace):
    """Yields the name of each step and what does it."""
    scope = ([namespace], 'namespaced_') if sample['namespaced'] else ([], '')
    words, prefix = scope
    name = 'from-python'

    def call(verb):
        return getattr(api, f'{verb}_{prefix}{snake(sample["kind"])}')

    base = re.sub(r'^/apis?/', '', sample['base'])
    body = {'apiVersion': base, 'kind': sample['kind'], 'metadata': {'name': name, 'labels': {'made': 'by-python'}}, **sample['content']}
    yield 'create', lambda: call('create')(*words, body)
    yield 'read', lambda: call('read')(name, *words)
    yield 'list', lambda: [item.metadata.name for item in call('list')(*words, label_selector='made=by-python').items].index(name)
    yield 'watch', lambda: next(iter(watch.Watch().stream(call('list'), *words, label_selector='made=by-python', timeout_seconds=20)))['object'].metadata.uid
    yield 'patch', lambda: call('patch')(name, *words, {'metadata': {'annotations': {'patched': 'yes'}}}).metadata.annotations['patched']
    yield 'delete', lambda: call('delete')(name, *words)


def main(kubeconfig, namespace):
    config.load_kube_config(kubeconfig)
    print('Version get', 'ok' if client.VersionApi().get_code().major else 'nothing')
    print('Groups get', 'ok' if client.ApisApi().get_api_versions().groups else 'nothing')
    for sample in json.load(sys.stdin):
        for verb, step in live_of(APIS[sample['base']](), sample, namespace):
            try:
                step()
                print(sample['kind'], verb, 'ok')
            except Exception as error:  # whatever it is, the test shows it
                print(sample['kind'], verb, repr(error).replace('\n', ' ')[:500])


main(*sys.argv[1:])
