/**
 * Who may use the kubelet API: bearers of a certificate that the cluster's authority signed, in the group system:masters. That is the API server and the
 * control plane's tunnels; pods and other nodes have no business here. Upstream: pkg/kubelet/server/auth.go.
 */
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

const allowed = 'system:masters';

export type Admission = { readonly ok: true } | { readonly ok: false; readonly status: 401 | 403; readonly message: string };

export function admit(socket: Duplex): Admission {
  if (!(socket instanceof TLSSocket && socket.authorized)) return { ok: false, status: 401, message: 'Unauthorized' };
  const { subject } = socket.getPeerCertificate();
  return isAllowed(subject) ? { ok: true } : { ok: false, status: 403, message: `Forbidden (user=${namesOf(subject?.CN).join()})` };
}

interface Subject {
  readonly CN?: string | readonly string[];
  readonly O?: string | readonly string[];
}
export function isAllowed({ CN, O }: Subject = {}): boolean {
  return namesOf(O).includes(allowed) || namesOf(CN).includes(allowed);
}
/** A name that occurs several times in a subject is a list. */
function namesOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
