/** Which images are offered, each once, under where it is known from. Pure. */
export interface ImageChoice {
  readonly image: string;
  readonly source: 'running' | 'present' | 'known';
}

/** Small, public, and answering on a port or doing something one can see; with the port that the program listens on. */
const known: readonly (readonly [image: string, port?: number])[] = [
  ['nginx', 80],
  ['httpd:2.4', 80],
  ['kicbase/echo-server:1.0', 8080],
  ['redis:alpine', 6379],
  ['postgres:15-alpine', 5432],
  ['busybox'],
];
/** Not offered, but known when typed. */
const alsoKnown: readonly (readonly [image: string, port: number])[] = [
  ['dockersamples/examplevotingapp_vote', 80],
  ['dockersamples/examplevotingapp_result', 80],
  ['mysql', 3306],
  ['mariadb', 3306],
  ['mongo', 27_017],
  ['rabbitmq', 5672],
];

export function imageChoices({
  present,
  running,
}: {
  readonly present: readonly string[];
  readonly running: readonly string[];
}): readonly ImageChoice[] {
  const seen = new Set<string>();
  const fresh = (images: readonly string[], source: ImageChoice['source']): readonly ImageChoice[] =>
    [...images].filter((image) => !seen.has(image) && seen.add(image)).map((image) => ({ image, source }));
  // Digests are names nobody types, and nodes themselves are no workloads.
  const named = present.filter((image) => !image.includes('@') && !image.includes('<none>') && !/^minato\/node(-base)?:/.test(image));
  return [
    ...fresh(running.toSorted(), 'running'),
    ...fresh(named.toSorted(), 'present'),
    ...fresh(
      known.map(([image]) => image),
      'known',
    ),
  ];
}

/** The port that a program is known to listen on, whatever the tag. */
export function knownPortOf(image: string): number | undefined {
  const repository = repositoryOf(image);
  return [...known, ...alsoKnown].find(([candidate]) => repositoryOf(candidate) === repository)?.[1];
}
/** `docker.io/library/nginx:1.27` → `nginx` */
function repositoryOf(image: string): string {
  const bare = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return bare.replace(/^(docker\.io\/)?(library\/)?/, '');
}

export interface Suggested {
  readonly name: string;
  readonly image: string;
  readonly port: number | undefined;
}
/** A new image brings name and port along as long as nobody has typed others. */
export function withImage<D extends Suggested>(draft: D, image: string, nameOf: (image: string) => string): D {
  const suggested = draft.image === '' ? '' : nameOf(draft.image);
  const followsName = draft.name === '' || draft.name === suggested;
  const followsPort = draft.port === undefined || draft.port === knownPortOf(draft.image);
  return {
    ...draft,
    image,
    name: followsName ? (image === '' ? '' : nameOf(image)) : draft.name,
    port: followsPort ? knownPortOf(image) : draft.port,
  };
}
