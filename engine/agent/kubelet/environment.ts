/** A container's environment. Upstream: makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go. */
import type { ConfigMap, Container, EnvFromSource, EnvVar, Pod, Secret } from '../../api/types.gen.ts';
import { expand } from './expand.ts';
import { fieldValue, type NodeFacts, resourceValue } from './field-values.ts';

/** Reads what a pod refers to; undefined when it does not exist. */
export interface ObjectReader {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}
export interface EnvironmentInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly podIp: string | undefined;
  readonly node: NodeFacts;
  readonly services: ReadonlyMap<string, string>;
  readonly objects: ObjectReader;
}

/** The manifest asks for something that is not there: the container waits as CreateContainerConfigError with this message. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** In the order they are set: envFrom, env, then Services where nothing else took the name. */
export async function environmentOf(input: EnvironmentInput): Promise<ReadonlyMap<string, string>> {
  const result = new Map<string, string>();
  for (const source of input.container.envFrom ?? []) {
    for (const [key, value] of await valuesFrom(source, input)) result.set(`${source.prefix ?? ''}${key}`, value);
  }
  const lookup = (name: string): string | undefined => result.get(name) ?? input.services.get(name);
  for (const variable of input.container.env ?? []) {
    const value = variable.valueFrom ? await referredValue(variable, input) : expand(variable.value ?? '', lookup);
    if (value !== undefined) result.set(variable.name, value);
  }
  for (const [name, value] of input.services) if (!result.has(name)) result.set(name, value);
  return result;
}

async function valuesFrom(source: EnvFromSource, { pod, objects }: EnvironmentInput): Promise<readonly (readonly [string, string])[]> {
  const namespace = pod.metadata.namespace ?? '';
  if (source.configMapRef) {
    const { name = '', optional } = source.configMapRef;
    const map = await objects.configMap(namespace, name);
    if (!map && !optional) throw new ConfigError(`configmap "${name}" not found`);
    return Object.entries(map?.data ?? {});
  }
  if (source.secretRef) {
    const { name = '', optional } = source.secretRef;
    const secret = await objects.secret(namespace, name);
    if (!secret && !optional) throw new ConfigError(`secret "${name}" not found`);
    return Object.entries(secret?.data ?? {}).map(([key, value]) => [key, decode(value)] as const);
  }
  return [];
}

async function referredValue({ valueFrom = {} }: EnvVar, input: EnvironmentInput): Promise<string | undefined> {
  const { pod, container, node, objects, podIp } = input;
  const namespace = pod.metadata.namespace ?? '';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return known(fieldValue(pod, fieldRef.fieldPath, podIp, node), `unsupported fieldPath: ${fieldRef.fieldPath}`);
  if (resourceFieldRef) {
    return known(resourceValue(pod, resourceFieldRef, container, node), `unsupported container resource : ${resourceFieldRef.resource}`);
  }
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef;
    const map = await objects.configMap(namespace, name);
    if (!map && !optional) throw new ConfigError(`configmap "${name}" not found`);
    const value = map?.data?.[key];
    if (map && value === undefined && !optional) throw new ConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    return value;
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef;
    const secret = await objects.secret(namespace, name);
    if (!secret && !optional) throw new ConfigError(`secret "${name}" not found`);
    const value = secret?.data?.[key];
    if (secret && value === undefined && !optional) throw new ConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
    return value === undefined ? undefined : decode(value);
  }
  return undefined;
}

function known(value: string | undefined, problem: string): string {
  if (value === undefined) throw new ConfigError(problem);
  return value;
}
const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
