/**
 * What a step of long work says of itself: what it is doing right now, or what came out. Data that needs no words (an address, a path) is a plain string;
 * a sentence is one of these, in English for logs and the command line, with a text of the window's in each language (renderer/i18n, `said.<code>`).
 */
const english = {
  'building-base': () => 'building the base of the node image',
  'building-node-image': () => 'building the node image',
  'building-images': ({ images }: { readonly images: string }) => `building ${images}`,
  'building-substitute': ({ image }: Image) => `${image} cannot be pulled; building one that does the same`,
  'fetching-node': ({ version, architecture }: { readonly version: string; readonly architecture: string }) =>
    `fetching Node.js ${version} for linux/${architecture}`,
  'making-base': ({ image }: Image) => `making ${image} from Debian's packages`,
  pulling: ({ image }: Image) => `pulling ${image}`,
  pulled: () => 'pulled',
  'image-there': () => 'on the engine already',
  'image-unneeded': () => 'not needed: nodes are simulated',
  'built-here': ({ reason }: Reason) => `built here, because it cannot be pulled: ${reason}`,
  'no-engine': () => 'no container engine',
  'nodes-ready': ({ ready, total }: Nodes) => `${ready} of ${total}`,
  'node-unregistered': ({ ready, total, node }: Nodes & Node) => `${ready} of ${total} Ready; ${node}: has not registered yet`,
  'node-silent': ({ ready, total, node }: Nodes & Node) => `${ready} of ${total} Ready; ${node}: has not reported yet`,
  'node-unready': ({ ready, total, node, reason }: Nodes & Node & Reason) => `${ready} of ${total} Ready; ${node}: ${reason}`,
  'dns-refused': ({ name, rcode }: Name & { readonly rcode: string }) => `the cluster DNS answered ${rcode} for ${name}`,
  'dns-empty': ({ name }: Name) => `the cluster DNS knows no address of ${name}`,
  'dns-silent': ({ name }: Name) => `the cluster DNS gave no answer for ${name}`,
  kubeconfig: ({ path, context }: { readonly path: string; readonly context: string }) => `${path}, context "${context}"`,
  'stopping-containers': ({ count }: Count) => `stopping containers: ${count}`,
  'stopping-sandboxes': ({ count }: Count) => `stopping pod sandboxes: ${count}`,
  'stopping-agent': () => 'stopping the agent',
  'removed-containers': ({ count }: Count) => `containers removed: ${count}`,
  available: ({ available, wanted }: { readonly available: number; readonly wanted: number }) => `${available} of ${wanted} available`,
  'pods-unwatched': ({ reason }: Reason) => `its pods cannot be watched: ${reason}`,
  'keeps-ending': ({ pod, exitCode }: { readonly pod: string; readonly exitCode: number }) => `${pod}; it ended with exit code ${exitCode}`,
  'no-answer': ({ address, reason }: { readonly address: string } & Reason) => `${address} does not answer yet: ${reason}`,
  'port-closed': ({ port }: Port) => `port ${port} is not open on this computer`,
  'port-refused': ({ port, reason }: Port & Reason) => `port ${port} is not open on this computer: ${reason}`,
  deleted: () => 'deleted',
} as const;

interface Image {
  readonly image: string;
}
interface Reason {
  /** In the words of whoever gave it: the engine, the API, the operating system. */
  readonly reason: string;
}
interface Nodes {
  readonly ready: number;
  readonly total: number;
}
interface Node {
  readonly node: string;
}
interface Name {
  readonly name: string;
}
interface Count {
  readonly count: number;
}
interface Port {
  readonly port: number;
}

export type DetailCode = keyof typeof english;
export interface StepDetail {
  readonly text: string;
  readonly code: DetailCode;
  readonly params: Readonly<Record<string, string | number>>;
}

type ParamsOf<C extends DetailCode> = Parameters<(typeof english)[C]>;

/** `detail('pulling', { image: 'redis:alpine' })` */
export function detail<C extends DetailCode>(code: C, ...params: ParamsOf<C>): StepDetail {
  const text = english[code] as (...params: ParamsOf<C>) => string;
  return { text: text(...params), code, params: { ...params[0] } };
}

/** For logs and the command line. */
export function detailText(said: string | StepDetail): string {
  return typeof said === 'string' ? said : said.text;
}
