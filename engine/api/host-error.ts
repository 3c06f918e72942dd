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
  | 'disk-full'
  | 'disk-read-only'
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

/** What the system said about a disk, in its own words or as an error code. */
const full = /^(ENOSPC|EDQUOT)$|No space left on device|Disk quota exceeded/;
const readOnly = /^EROFS$|Read-only file system/;

/** An error of the file system that its user can mend, in words; undefined for any other. `directory`: what lies on the disk, where the error does not say. */
export function diskError(error: unknown, directory: string): HostError | undefined {
  if (!(error instanceof Error) || error instanceof HostError) return undefined;
  const { code = '', path = directory } = error as Error & { readonly code?: string; readonly path?: string };
  const says = (pattern: RegExp): boolean => pattern.test(String(code)) || pattern.test(error.message);
  const options = { params: { path }, cause: error };
  if (says(full)) return new HostError('disk-full', `The disk that holds ${path} is full. Free some space there, then try again.`, options);
  if (says(readOnly))
    return new HostError('disk-read-only', `The disk that holds ${path} can only be read. Make it writable, then try again.`, options);
  return undefined;
}
