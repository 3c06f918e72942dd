/**
 * A cluster's certificates: one authority per cluster, and what it signs, laid out as kubeadm lays them out (`pki/ca.crt`, …).
 * Made once and kept; leaves that run out within `renewWithinMs` are signed anew at the next start. Everything is dated a day back, so that a
 * clock that a sleeping virtual machine has let fall behind does not refuse them as "not yet valid".
 */
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import writeFileAtomic from 'write-file-atomic';
import type { Clock } from '../api/clock.ts';

const dayMs = 86_400_000;
const authorityLifeMs = 3650 * dayMs;
const leafLifeMs = 365 * dayMs;
const renewWithinMs = 90 * dayMs;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface KeyPair {
  readonly certificatePem: string;
  readonly keyPem: string;
}
export interface LeafRequest {
  /** File name without ending. */
  readonly file: string;
  readonly commonName: string;
  readonly organization?: string;
  readonly usage: 'server' | 'client';
  /** DNS names and IP addresses a server answers to. */
  readonly names?: readonly string[];
}

export interface CertificateAuthority {
  readonly certificatePem: string;
  /** The kept leaf if it is still good for the same request, else a new one. */
  ensureLeaf(request: LeafRequest): Promise<KeyPair>;
}

/** Opens or creates the authority in `directory`. */
export async function openCertificateAuthority({
  directory,
  clock,
}: {
  readonly directory: string;
  readonly clock: Clock;
}): Promise<CertificateAuthority> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const pair = (await readPair(directory, 'ca')) ?? (await createAuthority(directory, clock));
  const authority = new x509.X509Certificate(pair.certificatePem);
  const signingKey = await importKey(pair.keyPem);
  return {
    certificatePem: pair.certificatePem,
    async ensureLeaf(request) {
      const kept = await readPair(directory, request.file);
      if (kept && (await isGood(kept, { request, authority, now: clock.now() }))) return kept;
      return createLeaf({ directory, request, authority, signingKey, now: clock.now() });
    },
  };
}

/** The key that signs ServiceAccount tokens: PKCS#8 PEM, P-256. */
export async function ensureSigningKey(directory: string): Promise<string> {
  const file = join(directory, 'sa.key');
  const kept = await readOptional(file);
  if (kept !== undefined) return kept;
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const pem = await exportKey(privateKey);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, pem, { mode: 0o600 });
  return pem;
}

async function createAuthority(directory: string, clock: Clock): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=kubernetes',
    notBefore: new Date(clock.now() - dayMs),
    notAfter: new Date(clock.now() + authorityLifeMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return writePair(directory, 'ca', { certificatePem: `${certificate.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) });
}

interface LeafContext {
  readonly directory: string;
  readonly request: LeafRequest;
  readonly authority: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly now: number;
}
async function createLeaf({ directory, request, authority, signingKey, now }: LeafContext): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const usage = request.usage === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: subjectOf(request),
    issuer: authority.subject,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + leafLifeMs),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ...(request.names ? [new x509.SubjectAlternativeNameExtension(request.names.map(generalName))] : []),
    ],
  });
  return writePair(directory, request.file, {
    certificatePem: `${certificate.toString('pem')}\n`,
    keyPem: await exportKey(keys.privateKey),
  });
}

/** A kept leaf is good when this authority signed it for the same subject and names, and it lasts a while yet. */
async function isGood(
  pair: KeyPair,
  { request, authority, now }: { readonly request: LeafRequest; readonly authority: x509.X509Certificate; readonly now: number },
): Promise<boolean> {
  const certificate = new x509.X509Certificate(pair.certificatePem);
  const names =
    certificate
      .getExtension(x509.SubjectAlternativeNameExtension)
      ?.names.toJSON()
      .map((name) => name.value) ?? [];
  return (
    certificate.notAfter.getTime() > now + renewWithinMs &&
    certificate.subject === new x509.Name(subjectOf(request)).toString() &&
    (request.names ?? []).every((name) => names.includes(name)) &&
    (await certificate.verify({ publicKey: authority.publicKey, signatureOnly: true }))
  );
}

function subjectOf({ commonName, organization }: LeafRequest): x509.JsonName {
  return [...(organization === undefined ? [] : [{ O: [organization] }]), { CN: [commonName] }];
}
function generalName(name: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(name) === 0 ? 'dns' : 'ip', value: name };
}
/** 64 random bits with the top bit clear (RFC 5280, 4.1.2.2: positive). */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}
function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (der === undefined) throw new Error('the key file holds no PEM block');
  return crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
}

async function readPair(directory: string, file: string): Promise<KeyPair | undefined> {
  const [certificatePem, keyPem] = await Promise.all([
    readOptional(join(directory, `${file}.crt`)),
    readOptional(join(directory, `${file}.key`)),
  ]);
  return certificatePem === undefined || keyPem === undefined ? undefined : { certificatePem, keyPem };
}
async function writePair(directory: string, file: string, pair: KeyPair): Promise<KeyPair> {
  await writeFileAtomic(join(directory, `${file}.key`), pair.keyPem, { mode: 0o600 });
  await writeFileAtomic(join(directory, `${file}.crt`), pair.certificatePem, { mode: 0o644 });
  return pair;
}
async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
