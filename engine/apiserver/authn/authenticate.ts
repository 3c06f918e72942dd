/**
 * Who is asking: a client certificate of the cluster's authority, a ServiceAccount's token, or nobody known. Credentials that are given
 * and not good are refused; they never make one anonymous. Upstream: apiserver's endpoints/filters/authentication.go, request/x509.
 */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { unauthorized } from '../../api/errors.ts';
import type { User } from '../context.ts';
import type { AccountTokens } from './account-tokens.ts';
import { anonymous, authenticated } from './users.ts';

export type Authenticate = (request: IncomingMessage) => Promise<User>;

export function authenticator(tokens: AccountTokens): Authenticate {
  /** A connection shows its certificate once. */
  const known = new WeakMap<TLSSocket, User | 'refused' | 'none'>();
  const ofSocket = (socket: TLSSocket): User | 'refused' | 'none' => {
    const found = known.get(socket) ?? userOfCertificate(socket);
    known.set(socket, found);
    return found;
  };
  return async (request) => {
    const { socket } = request;
    const byCertificate = socket instanceof TLSSocket ? ofSocket(socket) : 'none';
    if (typeof byCertificate === 'object') return byCertificate;
    const token = bearerOf(request.headers.authorization);
    const byToken = token === undefined ? undefined : await tokens.authenticate(token);
    if (byToken) return byToken.user;
    if (token !== undefined || byCertificate === 'refused') throw unauthorized();
    return anonymous;
  };
}

function userOfCertificate(socket: TLSSocket): User | 'refused' | 'none' {
  const { subject } = socket.getPeerCertificate();
  if (!subject) return 'none';
  const [name] = [subject.CN ?? []].flat();
  if (!socket.authorized || !name) return 'refused';
  // Several organisations come as a list.
  const groups = [subject.O ?? []].flat();
  return authenticated({ username: name, groups });
}

function bearerOf(header: string | undefined): string | undefined {
  const [scheme = '', token = ''] = (header ?? '').trim().split(' ');
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}
