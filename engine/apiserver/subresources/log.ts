/** `/log` of a Pod: finds the container and hands on what the node's kubelet says. Upstream: pkg/registry/core/pod/strategy.go, LogLocation. */
import { ApiError, badRequest, internalError, invalid } from '../../api/errors.ts';
import { invalidValue, Path } from '../../api/field-error.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Pod } from '../../api/types.gen.ts';
import { named, type Outcome, type Subresource } from '../call.ts';
import type { KubeletAnswer, Kubelets } from '../kubelets.ts';
import { get } from '../verbs/get.ts';

export function log(kubelets: Kubelets): Subresource {
  return {
    name: 'log',
    isPartOf: ({ group, plural }) => group === '' && plural === 'pods',
    verbs: {
      async get(context, { target, parameters, signal }) {
        // Only Pods have this part.
        const pod = (await get(context, named(target))) as unknown as Pod;
        const query = logOptions(parameters.query);
        const container = containerOf(pod, parameters.query.get('container'));
        // Nobody runs it yet: there is nothing to read.
        if (!pod.spec.nodeName) return textOf(nothing());
        const path = `/containerLogs/${pod.metadata.namespace}/${pod.metadata.name}/${container}?${query}`;
        return textOf(await checked(ask(kubelets, { node: pod.spec.nodeName, path, signal }), pod));
      },
    },
  };
}

async function* nothing(): AsyncIterable<Uint8Array> {}

function textOf(chunks: AsyncIterable<Uint8Array>): Outcome {
  return { type: 'stream', contentType: 'text/plain', chunks };
}

/** The one regular container there is, or the one that was asked for. Upstream: validateContainer in the same file. */
export function containerOf({ metadata, spec }: Pod, asked: string | null): string {
  const names = (containers: readonly { readonly name: string }[] = []): readonly string[] => containers.map(({ name }) => name);
  const [mains, inits] = [names(spec.containers), names(spec.initContainers)];
  const ephemeral = names(spec.ephemeralContainers);
  if (asked) {
    if ([...mains, ...inits, ...ephemeral].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const marked = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const [first] = mains;
  if (mains.length === 1 && first !== undefined) return first;
  if (marked !== undefined && mains.includes(marked)) return marked;
  const choice = `a container name must be specified for pod ${metadata.name}, choose one of: [${mains.join(' ')}]`;
  throw badRequest(inits.length > 0 ? `${choice} or one of the init containers: [${inits.join(' ')}]` : choice);
}

const flags = ['follow', 'previous', 'timestamps'];
const counts = ['tailLines', 'limitBytes', 'sinceSeconds'];

/** What is handed on, checked as upstream's ValidatePodLogOptions does. */
function logOptions(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  const problems = counts.flatMap((name) => {
    const text = query.get(name);
    if (text === null || text === '') return [];
    const least = name === 'tailLines' ? 0 : 1;
    kept.set(name, text);
    if (/^-?\d+$/.test(text) && Number(text) >= least) return [];
    const rule = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    return [invalidValue(new Path(name), text, rule)];
  });
  if (query.get('sinceTime') && query.get('sinceSeconds'))
    problems.push(
      invalidValue(new Path('sinceTime'), query.get('sinceTime'), 'at most one of `sinceTime` or `sinceSeconds` may be specified'),
    );
  if (problems.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, '', problems);
  for (const name of flags) if (query.get(name) === 'true' || query.get(name) === '1') kept.set(name, 'true');
  for (const name of ['sinceTime', 'stream']) if (query.get(name)) kept.set(name, query.get(name) ?? '');
  return kept;
}

async function ask(kubelets: Kubelets, request: Parameters<Kubelets['get']>[0]): Promise<KubeletAnswer> {
  try {
    return await kubelets.get(request);
  } catch (cause) {
    request.signal.throwIfAborted();
    const reason = messageOf(cause);
    throw new ApiError('InternalError', `Internal error occurred: the kubelet of node ${request.node} cannot be reached: ${reason}`, {
      cause,
    });
  }
}

/** What the kubelet refuses becomes a Status with its words. */
async function checked(answering: Promise<KubeletAnswer>, { metadata }: Pod): Promise<AsyncIterable<Uint8Array>> {
  const { status, chunks } = await answering;
  if (status >= 200 && status < 300) return chunks;
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  const words = text.trim() || `the kubelet answered ${status}`;
  if (status === 400) throw badRequest(words);
  if (status === 404)
    throw new ApiError('NotFound', `the server could not find the requested resource: ${words}`, {
      details: { kind: 'pods', name: metadata.name ?? '' },
    });
  throw internalError(new Error(words));
}
