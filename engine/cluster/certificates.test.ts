import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../api/clock.ts';
import { ensureSigningKey, openCertificateAuthority } from './certificates.ts';

const dayMs = 86_400_000;
const at = (now: number): Clock => ({ now: () => now, timer: () => () => undefined });
const server = {
  file: 'apiserver',
  commonName: 'kube-apiserver',
  usage: 'server',
  names: ['localhost', '127.0.0.1', 'host.docker.internal'],
} as const;

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'minato-pki-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('a certificate authority', () => {
  it('signs server certificates for the names asked for and clients with their groups', async () => {
    await using here = await folder();
    const authority = await openCertificateAuthority({ directory: here.path, clock: at(Date.now()) });
    const ca = new X509Certificate(authority.certificatePem);
    const leaf = new X509Certificate((await authority.ensureLeaf(server)).certificatePem);
    const client = new X509Certificate(
      (await authority.ensureLeaf({ file: 'admin', commonName: 'minato-admin', organization: 'system:masters', usage: 'client' }))
        .certificatePem,
    );
    expect({
      signed: [leaf, client].map((certificate) => certificate.verify(ca.publicKey)),
      names: [
        leaf.checkHost('localhost'),
        leaf.checkIP('127.0.0.1'),
        leaf.checkHost('host.docker.internal'),
        leaf.checkHost('example.com'),
      ],
      subject: client.subject,
      validNow: new Date(leaf.validFrom).getTime() < Date.now() - dayMs / 2,
      keyMode: ((await stat(join(here.path, 'admin.key'))).mode & 0o777).toString(8),
    }).toEqual({
      signed: [true, true],
      names: ['localhost', '127.0.0.1', 'host.docker.internal', undefined],
      subject: 'O=system:masters\nCN=minato-admin',
      validNow: true,
      keyMode: '600',
    });
  });

  it('keeps what it made, until it is about to run out or the names change', async () => {
    await using here = await folder();
    const now = Date.now();
    const first = await (await openCertificateAuthority({ directory: here.path, clock: at(now) })).ensureLeaf(server);
    const soon = await (await openCertificateAuthority({ directory: here.path, clock: at(now + 10 * dayMs) })).ensureLeaf(server);
    const late = await (await openCertificateAuthority({ directory: here.path, clock: at(now + 300 * dayMs) })).ensureLeaf(server);
    const renamed = await (await openCertificateAuthority({ directory: here.path, clock: at(now + 300 * dayMs) })).ensureLeaf({
      ...server,
      names: [...server.names, '10.244.255.254'],
    });
    expect([
      soon.certificatePem === first.certificatePem,
      late.certificatePem === first.certificatePem,
      renamed.certificatePem === late.certificatePem,
    ]).toEqual([true, false, false]);
  });

  it('keeps the key that signs ServiceAccount tokens', async () => {
    await using here = await folder();
    expect(await ensureSigningKey(here.path)).toBe(await ensureSigningKey(here.path));
  });
});
