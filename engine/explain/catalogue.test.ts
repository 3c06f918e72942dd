/** Every entry of the catalogue against what engine and cluster really say. A cause without a fixture fails here. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CauseId, catalogue } from './catalogue.ts';
import { explain, explainFailure } from './explain.ts';
import { crashing, ended, event, podWith, unscheduled, waiting } from './fixtures/builders.ts';
import { containerMessages, logMessages } from './fixtures/container.ts';
import { hostFailures } from './fixtures/host.ts';
import { imageMessages } from './fixtures/image.ts';
import type { Message } from './fixtures/message.ts';
import { scheduleMessages } from './fixtures/schedule.ts';
import { stateObjects } from './fixtures/state.ts';
import type { Verdict } from './verdict.ts';

interface Case {
  readonly cause: CauseId;
  readonly what: string;
  readonly judge: () => Verdict;
}
function messages(record: Readonly<Record<string, readonly Message[]>>, judge: (text: string) => Verdict): readonly Case[] {
  return Object.entries(record).flatMap(([cause, list]) =>
    // Keys are checked against the catalogue where the record is written.
    list.map(({ by, text }) => ({ cause: cause as CauseId, what: `${by}: ${text}`, judge: () => judge(text) })),
  );
}
const image = (text: string): Verdict => explain(podWith(waiting('ErrImagePull', text)));
const container = (text: string): Verdict => explain(podWith(waiting('CreateContainerError', text)));
const cases: readonly Case[] = [
  ...messages(imageMessages, image),
  ...messages(containerMessages, container),
  ...messages(logMessages, (text) => explain(crashing(ended(1)), { log: ['starting', text, '    at Server.listen (net.js:1)'] })),
  ...messages(scheduleMessages, (text) => explain(unscheduled(text))),
  ...Object.entries(hostFailures).map(([code, failure]) => ({
    cause: code as CauseId,
    what: failure.message,
    judge: () => explainFailure({ code, ...failure }),
  })),
  ...Object.entries(stateObjects).flatMap(([cause, seen]) =>
    seen.map(({ object, related }) => ({
      cause: cause as CauseId,
      what: `${object.kind} ${JSON.stringify(object)}`.slice(0, 100),
      judge: () => explain(object, related),
    })),
  ),
];

function causesWithout(fixtures: readonly { readonly cause: CauseId }[]): readonly CauseId[] {
  const covered = new Set(fixtures.map(({ cause }) => cause));
  return catalogue.map(({ id }) => id).filter((id) => !covered.has(id));
}

describe('the catalogue of known failures', () => {
  it('has a fixture for every cause', () => {
    expect(causesWithout(cases)).toEqual([]);
  });

  it('would be found out without one', () => {
    expect(causesWithout(cases.filter(({ cause }) => cause !== 'image-rate-limit'))).toEqual(['image-rate-limit']);
  });

  it('has unique ids, and a way on for everything that is wrong', () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    expect(catalogue.filter(({ level, fixes }) => (level === 'error' || level === 'warning') && fixes.length === 0)).toEqual([]);
  });

  it.each(cases)('$cause ← $what', ({ cause, judge }) => {
    const known = catalogue.find(({ id }) => id === cause);
    expect(judge()).toMatchObject({ cause, level: known?.level, fixes: known?.fixes });
  });
});

describe('the same sentence', () => {
  const spoken = Object.entries(imageMessages).flatMap(([cause, list]) => list.map(({ text }) => [cause, text] as const));
  const known = spoken.filter(([cause]) => cause !== 'image-pull-failed' && cause !== 'image-never-pull');

  it.each(known)('means %s while the kubelet backs off, and from its event alone: %s', (cause, text) => {
    const backOff = explain(podWith(waiting('ImagePullBackOff', `Back-off pulling image "nginx:1.27": ErrImagePull: ${text}`)));
    const events = [event(`Failed to pull image "nginx:1.27": ${text}`)];
    const fromEvent = explain(podWith(waiting('ImagePullBackOff', 'Back-off pulling image "nginx:1.27"')), { events });
    expect([backOff.cause, fromEvent.cause]).toEqual([cause, cause]);
  });

  it.each(Object.entries(containerMessages).flatMap(([cause, list]) => list.map(({ text }) => [cause, text] as const)))(
    'means %s when it made the container loop: %s',
    (cause, text) => {
      expect(explain(crashing(ended(127, 'ContainerCannotRun', text))).cause).toBe(cause);
    },
  );
});

describe.each(['en', 'ja'])('the texts in %s', (language) => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../renderer/i18n/${language}/${name}.json`, import.meta.url), 'utf8')) as Record<
      string,
      Readonly<Record<string, string>>
    >;
  const explained = read('explain');
  const advice = read('fix');
  const placeholders = (texts: Readonly<Record<string, string>> | undefined): readonly string[] =>
    Object.values(texts ?? {}).flatMap((text) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name = '']) => name));

  it('know every cause and every fix', () => {
    expect(catalogue.filter(({ id }) => !explained[id]?.title || !explained[id].text).map(({ id }) => id)).toEqual([]);
    expect(catalogue.flatMap(({ fixes }) => fixes).filter((id) => !advice[id]?.text)).toEqual([]);
  });

  it.each(cases)('find all they need in the verdict: $cause ← $what', ({ cause, judge }) => {
    const { params, fixes } = judge();
    const needed = [...placeholders(explained[cause]), ...fixes.flatMap((id) => placeholders(advice[id]))];
    expect(needed.filter((name) => params[name] === undefined || params[name] === '')).toEqual([]);
  });
});
