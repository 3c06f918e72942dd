/**
 * What goes wrong outside the Kubernetes API: the engine, the network, files. `code` is closed and has a text in each language
 * (renderer/i18n, `error.<code>`); `params` fill it. `message` is the English one-liner for logs and the command line.
 */
export type HostErrorCode =
  | 'engine-not-found'
  | 'engine-unreachable'
  | 'engine-permission'
  | 'engine-too-old'
  | 'port-taken'
  | 'subnet-taken'
  | 'network-held'
  | 'image-build-failed'
  | 'node-start-failed'
  | 'node-not-ready'
  | 'kernel-unsupported'
  | 'kubeconfig-unreadable'
  | 'kubeconfig-malformed'
  | 'kubeconfig-read-only'
  | 'cluster-running'
  | 'cluster-not-found'
  | 'cluster-lost'
  | 'cluster-not-running'
  | 'data-locked'
  | 'data-unreadable'
  | 'invalid-input'
  | 'deadline-exceeded'
  | 'cancelled'
  | 'internal'
  | 'forbidden-sender';

export class HostError extends Error {
  readonly code: HostErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  constructor(
    code: HostErrorCode,
    message: string,
    options: { readonly params?: Readonly<Record<string, string | number>>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HostError';
    this.code = code;
    this.params = options.params ?? {};
  }
}
