/** Paths that are no resources: health, version, discovery, OpenAPI, metrics, keys. Upstream: apiserver's server/healthz and routes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed } from '../../api/errors.ts';
import type { OpenApi } from '../../api/openapi/documents.ts';
import { encodeV2, v2AcceptedMediaTypes, v2MediaType } from '../../api/openapi/v2-protobuf.ts';
import { issuer } from '../authn/account-tokens.ts';
import { jwks, type SigningKey } from '../authn/jwt.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Metrics } from '../metrics.ts';
import { negotiate, parseAccept } from './negotiate.ts';
import type { PacedWriter } from './paced-writer.ts';

export interface PlainRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly writer: PacedWriter;
  readonly path: string;
  readonly query: URLSearchParams;
}
/** False when there is nothing at that path. */
export type PlainPaths = (request: PlainRequest) => Promise<boolean>;

export interface PlainOptions {
  readonly discovery: Discovery;
  readonly openApi: OpenApi;
  readonly metrics: Metrics;
  readonly key: SigningKey;
  /** What must be well for the server to be ready, by name. */
  readonly checks: Readonly<Record<string, () => boolean>>;
}

/** kubectl wants a version it knows; this is the one whose API is served. */
export const versionInfo = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.0',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2025-04-23T13:07:12Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
} as const;

const openApiRoot = '/openapi/v3';

export function plainPaths(options: PlainOptions): PlainPaths {
  const { discovery, openApi, metrics, key, checks } = options;
  const answers: readonly PlainPaths[] = [
    fixed({
      '/version': () => json(versionInfo),
      // python3-kubernetes asks this way.
      '/version/': () => json(versionInfo),
      '/metrics': () => ({ type: 'text/plain; version=0.0.4; charset=utf-8', text: metrics.text() }),
      '/openid/v1/jwks': () => ({ type: 'application/jwk-set+json', text: JSON.stringify(jwks(key)) }),
      '/.well-known/openid-configuration': () => json(openIdConfiguration),
      '/': () => json({ paths: rootPaths(discovery) }),
    }),
    health(checks),
    discovered(discovery),
    openApiV3(openApi),
    openApiV2(openApi),
  ];
  return async (request) => {
    for (const answer of answers) if (await answer(request)) return true;
    return false;
  };
}

/** The same for calls in this process: only what is JSON. */
export function plainDocument(
  { discovery, openApi }: Pick<PlainOptions, 'discovery' | 'openApi'>,
  path: string,
): Promise<object | undefined> | object | undefined {
  if (path === '/version') return versionInfo;
  if (path === openApiRoot) return openApi.index();
  return path.startsWith(`${openApiRoot}/`) ? openApi.v3(path.slice(openApiRoot.length + 1)) : discovery.legacy(path);
}

interface Text {
  readonly type: string;
  readonly text: string | Buffer;
  readonly code?: number;
}

/** Documents are large and the same for all. */
const documents = new WeakMap<object, Buffer>();
function json(value: object): Text {
  const known = documents.get(value);
  const text = known ?? Buffer.from(JSON.stringify(value));
  if (!known) documents.set(value, text);
  return { type: 'application/json', text };
}

async function send({ response, writer }: PlainRequest, { type, text, code = 200 }: Text): Promise<true> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': bytes.length });
  await writer.end(bytes);
  return true;
}

/** Throws MethodNotAllowed for all but reads. */
function refuseWrites({ method }: IncomingMessage): void {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed('the server does not allow this method on the requested resource');
}

function fixed(paths: Readonly<Record<string, () => Text>>): PlainPaths {
  return async (plain) => {
    const { path, request } = plain;
    const make = Object.hasOwn(paths, path) ? paths[path] : undefined;
    if (make === undefined) return false;
    refuseWrites(request);
    return send(plain, make());
  };
}

const openIdConfiguration = {
  issuer,
  jwks_uri: `${issuer}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
} as const;

const ownPaths = ['/healthz', '/livez', '/metrics', '/openapi/v2', '/openapi/v3', '/openid/v1/jwks', '/readyz', '/version'];
function rootPaths({ paths }: Discovery): readonly string[] {
  return [...paths, '/.well-known/openid-configuration', ...ownPaths].toSorted();
}

/** `/livez`, `/livez/ping`, `/readyz?verbose&exclude=…` */
function health(checks: PlainOptions['checks']): PlainPaths {
  return async (plain) => {
    const { path, query } = plain;
    const [, root = '', name, ...rest] = path.split('/');
    if (!['healthz', 'livez', 'readyz'].includes(root) || rest.length > 0) return false;
    if (name && !Object.hasOwn(checks, name)) return false;
    const excluded = new Set(query.getAll('exclude'));
    const asked = Object.entries(checks).filter(([one]) => (name ? one === name : !excluded.has(one)));
    const results = asked.map(([one, check]) => ({ one, isWell: check() }));
    const isWell = results.every((result) => result.isWell);
    const lines = results.map((result) => (result.isWell ? `[+]${result.one} ok` : `[-]${result.one} failed: reason withheld`));
    const verdict = isWell ? `${root} check passed` : `${root} check failed`;
    const text = isWell && !query.has('verbose') ? 'ok' : `${[...lines, verdict].join('\n')}\n`;
    return send(plain, { type: 'text/plain; charset=utf-8', text, code: isWell ? 200 : 500 });
  };
}

function discovered(discovery: Discovery): PlainPaths {
  return async (plain) => {
    const { path, request, response } = plain;
    const legacy = discovery.legacy(path);
    if (!legacy) return false;
    refuseWrites(request);
    const form = negotiate(request.headers.accept);
    const aggregated = form.discovery && discovery.aggregated(path, form.discovery);
    response.setHeader('Vary', 'Accept');
    if (!aggregated || !form.discovery) return send(plain, json(legacy));
    response.setHeader('ETag', discovery.etag);
    if (request.headers['if-none-match'] === discovery.etag) {
      response.writeHead(304).end();
      return true;
    }
    const type = `application/json;g=apidiscovery.k8s.io;v=${form.discovery};as=APIGroupDiscoveryList`;
    return send(plain, { ...json(aggregated), type });
  };
}

function openApiV3(openApi: OpenApi): PlainPaths {
  return async (plain) => {
    const { path, query, response } = plain;
    if (path === openApiRoot) return send(plain, json(openApi.index()));
    const group = path.slice(openApiRoot.length + 1);
    const document = path.startsWith(`${openApiRoot}/`) ? await openApi.v3(group) : undefined;
    if (!document) return false;
    // An address with the right hash names this content for ever.
    if (query.get('hash') === openApi.hash(group)) response.setHeader('Cache-Control', 'public, immutable');
    response.setHeader('ETag', JSON.stringify(openApi.hash(group)));
    return send(plain, json(document));
  };
}

const binaries = new WeakMap<object, Buffer>();

function openApiV2(openApi: OpenApi): PlainPaths {
  return async (plain) => {
    const { path, request, response } = plain;
    if (path !== '/openapi/v2') return false;
    const etag = JSON.stringify(openApi.hash());
    response.setHeader('ETag', etag);
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return true;
    }
    const document = await openApi.v2();
    const wantsBinary = parseAccept(request.headers.accept ?? '').some(({ type }) => v2AcceptedMediaTypes.includes(type));
    if (!wantsBinary) return send(plain, json(document));
    const known = binaries.get(document);
    const bytes = known ?? Buffer.from(encodeV2(document));
    if (!known) binaries.set(document, bytes);
    return send(plain, { type: v2MediaType, text: bytes });
  };
}
