/**
 * One request over the network: authenticate, then the pipeline that local calls go through as well, then encode. Whatever goes wrong
 * becomes a Status. Upstream: apiserver's server/config.go (DefaultBuildHandlerChain) and endpoints/handlers.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import type { Clock } from '../../api/clock.ts';
import { ApiError, badRequest, internalError, isApiError, unknownPath } from '../../api/errors.ts';
import type { Authenticate } from '../authn/authenticate.ts';
import { impersonated } from '../authn/impersonate.ts';
import { attributesOf } from '../authz/attributes.ts';
import type { Body, Outcome } from '../call.ts';
import { relay, type UpgradeSocket } from '../connect/relay.ts';
import type { Caller, User } from '../context.ts';
import type { Fairness } from '../fairness/fairness.ts';
import { agentName } from '../managed-kinds.ts';
import type { Metrics } from '../metrics.ts';
import { parseParameters } from '../parameters.ts';
import type { Pipeline } from '../pipeline.ts';
import { parseRequest, type RequestInfo } from '../request-info.ts';
import { contentType, type Encoding, encodeList, encodeObject } from './encode.ts';
import { negotiate } from './negotiate.ts';
import { createObjectTexts, type ObjectTexts } from './object-text.ts';
import { PacedWriter, pieceBytes } from './paced-writer.ts';
import type { PlainPaths } from './plain-paths.ts';
import { objectBody, patchBody, readBytes } from './read-body.ts';
import { createTurns, type Turns } from './turns.ts';
import { streamWatch } from './watch-stream.ts';

export interface HandlerOptions {
  readonly authenticate: Authenticate;
  readonly pipeline: Pipeline;
  readonly plain: PlainPaths;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: () => number;
  readonly fairness: Fairness;
  /** Ends watches when the server does. */
  readonly signal: AbortSignal;
  /** Told what broke: errors that are no refusals. */
  readonly onError: (error: unknown) => void;
}
/** Where the client asks for another protocol, `response` is for refusals; else there is no `upgrade`. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, upgrade?: UpgradeSocket) => Promise<void>;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly encoding: Encoding;
  readonly upgrade: UpgradeSocket | undefined;
  /** The client went away, or the server ends. */
  readonly signal: AbortSignal;
  /** Gives back the seat among the requests in flight: what is long-running does not keep it. */
  readonly leave: () => void;
}

/** What the requests of one server share. */
interface Shared extends HandlerOptions {
  readonly texts: ObjectTexts;
  readonly turns: Turns;
}

export function requestHandler(given: HandlerOptions): RequestHandler {
  const texts = createObjectTexts();
  const options = { ...given, texts, turns: createTurns() };
  given.metrics.counting(
    'minato_object_encodings_total',
    'How many times an object was turned into text for watchers.',
    () => texts.encoded,
  );
  return async (request, response, upgrade) => {
    const { metrics, onError } = options;
    response.setHeader('Audit-Id', randomUUID());
    response.setHeader('Cache-Control', 'no-cache, private');
    metrics.started(response);
    let info: RequestInfo = { verb: request.method?.toLowerCase() ?? '', path: '' };
    try {
      const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
      const query = new URLSearchParams(search);
      info = readRequest(request.method ?? 'GET', path, query);
      await answer(options, { request, response, info, query, upgrade });
    } catch (error) {
      if (!isApiError(error)) onError(error);
      refuse(response, isApiError(error) ? error : internalError(error));
    } finally {
      metrics.ended(info, response.statusCode);
    }
  };
}

function readRequest(method: string, path: string, query: URLSearchParams): RequestInfo {
  try {
    return parseRequest(method, path, query);
  } catch (cause) {
    throw new ApiError('BadRequest', 'the URL is not well formed', { cause });
  }
}

/** Made once: the reason that an abort makes for itself costs as much as the rest of a small request. */
const clientIsGone = new Error('the client is gone, or has its answer');

async function answer(options: Shared, parts: Pick<Exchange, 'request' | 'response' | 'info' | 'query' | 'upgrade'>): Promise<void> {
  const { request, response, info } = parts;
  const real = await options.authenticate(request);
  const user = impersonated(real, request.headersDistinct, options.pipeline.check);
  const warnings = new Set<string>();
  const warn = (message: string): void => {
    if (warnings.has(message)) return;
    warnings.add(message);
    response.appendHeader('Warning', `299 - ${JSON.stringify(printable(message))}`);
  };
  const ended = new AbortController();
  response.on('close', () => ended.abort(clientIsGone));
  const signal = AbortSignal.any([ended.signal, options.signal]);
  const leave = await options.fairness.enter(user, info, signal);
  try {
    await serve(options, { ...parts, caller: { user, agent: agentName(request.headers['user-agent']), warn }, signal, leave });
  } finally {
    leave();
  }
}

async function serve(options: Shared, asked: Omit<Exchange, 'encoding'>): Promise<void> {
  const { request, response, info, query, caller } = asked;
  const { user, warn } = caller;
  if (!info.resource) {
    options.pipeline.check(user, { verb: info.verb, path: info.path });
    const writer = boundedWriter(response, options);
    if (await options.plain({ request, response, writer, path: info.path, query })) return;
    if (options.pipeline.isGroup(info.path)) throw unknownPath();
    // As Go's own server says it.
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
    return;
  }
  // Before the body is read: whoever may not ask does not get to send.
  options.pipeline.check(user, attributesOf(info));
  const { hasTable, connects, deprecation } = options.pipeline.describe(info);
  if (connects) {
    checkConnect(options.pipeline, user, info);
    return answerConnect(options, asked);
  }
  const form = negotiate(request.headers.accept, { hasTable });
  if (deprecation) warn(deprecation);
  const exchange = { ...asked, encoding: { form, nowMs: options.clock.now(), query, texts: options.texts } };
  if (info.verb === 'watch') await answerWatch(options, exchange);
  else await answerCall(options, exchange);
}

async function answerCall(shared: Shared, exchange: Exchange): Promise<void> {
  const { request, response, info, query, caller, signal, encoding } = exchange;
  const parameters = parseParameters(info.verb, query);
  const body = await readBody(request, info.verb);
  const outcome = await shared.pipeline.route(info, { caller, parameters, body, signal });
  if (outcome.type === 'stream') exchange.leave();
  await send(response, { outcome, encoding, shared });
}

/** A WebSocket begins with a GET, so who may only read could run programs. Upstream asks for `create` too since 1.35 (kubernetes/kubernetes#134577). */
function checkConnect({ check }: Pipeline, user: User, info: RequestInfo): void {
  if (info.verb === 'get' && info.resource?.subresource !== 'proxy') check(user, attributesOf({ ...info, verb: 'create' }));
}

/** The query and the body are those of whoever answers. */
async function answerConnect({ pipeline }: HandlerOptions, exchange: Omit<Exchange, 'encoding'>): Promise<void> {
  const { info, query, caller, signal } = exchange;
  const parameters = { ...parseParameters('get', new URLSearchParams()), query };
  const outcome = await pipeline.route(info, { caller, parameters, body: undefined, signal });
  if (outcome.type !== 'relay') throw new Error('a connection was answered as if it were none');
  // It lasts as long as the client likes.
  exchange.leave();
  await relay(exchange, outcome.relay);
}

const withBody = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

async function readBody(request: IncomingMessage, verb: string): Promise<Body | undefined> {
  if (!withBody.has(verb)) return undefined;
  const bytes = await readBytes(request);
  const type = request.headers['content-type'];
  return verb === 'patch' ? patchBody(bytes, type) : objectBody(bytes, type);
}

/** An answer that is not long-running and has not been taken by then is cut off. Upstream: --request-timeout. */
const answerMs = 60_000;

/** For what has an end. */
function boundedWriter(response: ServerResponse, { clock }: Shared): PacedWriter {
  response.once(
    'close',
    clock.timer(answerMs, () => response.destroy()),
  );
  return new PacedWriter(response, clock);
}

interface Sending {
  readonly outcome: Outcome;
  readonly encoding: Encoding;
  readonly shared: Shared;
}

async function send(response: ServerResponse, { outcome, encoding, shared }: Sending): Promise<void> {
  if (outcome.type === 'relay') throw new Error('only connections are carried on');
  if (outcome.type === 'stream') {
    response.writeHead(200, { 'Content-Type': outcome.contentType });
    response.flushHeaders();
    await pipe(Readable.from(outcome.chunks, { objectMode: false }), response);
    return;
  }
  const writer = boundedWriter(response, shared);
  if (outcome.type === 'object') {
    const text = encodeObject(outcome.object, outcome.resource, encoding);
    response.writeHead(outcome.code, { 'Content-Type': contentType(encoding.form), 'Content-Length': text.length });
    await writer.end(text);
    return;
  }
  await sendList({ response, writer, turns: shared.turns }, outcome, encoding);
}

interface ListSink {
  readonly response: ServerResponse;
  readonly writer: PacedWriter;
  readonly turns: Turns;
}

/** A short one in one go, with its length; a long one piece by piece. */
async function sendList(
  { response, writer, turns }: ListSink,
  outcome: Outcome & { readonly type: 'list' },
  encoding: Encoding,
): Promise<void> {
  using list = outcome.list;
  const head = { 'Content-Type': contentType(encoding.form) };
  let held: readonly Uint8Array[] = [];
  let bytes = 0;
  let isFirst = true;
  for await (const parts of encodeList(list, outcome.resource, encoding)) {
    if (!isFirst) await turns.next();
    isFirst = false;
    held = [...held, ...parts];
    for (const { length } of parts) bytes += length;
    if (bytes < pieceBytes) continue;
    if (!response.headersSent) response.writeHead(200, head);
    if (!(await writer.writeAll(held))) return;
    held = [];
    bytes = 0;
  }
  const last = Buffer.concat(held);
  if (!response.headersSent) response.writeHead(200, { ...head, 'Content-Length': last.length });
  await writer.end(last);
}

/** Watches that do not say end after this long, so that they spread out over servers and time. Upstream: --min-request-timeout. */
const minWatchSeconds = 1800;

async function answerWatch({ pipeline, clock, random, turns }: Shared, exchange: Exchange): Promise<void> {
  const { info, query, caller, response, encoding } = exchange;
  const seconds = Number(query.get('timeoutSeconds') || 0) || minWatchSeconds * (1 + random());
  const late = new AbortController();
  const cancel = clock.timer(seconds * 1000, () => late.abort());
  try {
    const { list } = parseParameters(info.verb, query);
    const { resource, events } = pipeline.watch(info, caller, {
      ...list,
      sendInitialEvents: initialEvents(query),
      // It has not taken what was sent: what lies in its connection is of no use any more. Upstream: the cacher ends watchers that block it.
      onBehind: () => response.destroy(),
      signal: AbortSignal.any([exchange.signal, late.signal]),
    });
    const allowBookmarks = isTrue(query.get('allowWatchBookmarks'));
    const writer = new PacedWriter(response, clock);
    exchange.leave();
    await streamWatch(response, { resource, events, encoding, allowBookmarks, now: () => clock.now(), writer, turns });
  } finally {
    cancel();
  }
}

function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}
function initialEvents(query: URLSearchParams): boolean {
  const text = query.get('sendInitialEvents');
  if (text === null) return false;
  const path = 'sendInitialEvents: Forbidden: ';
  if (query.get('resourceVersionMatch') !== 'NotOlderThan')
    throw badRequest(`${path}sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`);
  return isTrue(text);
}

/** Header fields carry no control characters, and quotes only escaped. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function refuse(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) {
    // Too late to say why; a broken answer must not look like a whole one.
    response.destroy();
    return;
  }
  const text = JSON.stringify(error.toStatus());
  const { retryAfterSeconds } = error.details ?? {};
  if (retryAfterSeconds) response.setHeader('Retry-After', retryAfterSeconds);
  response.writeHead(error.code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
