/** Asks the API server what it thinks of an object while its form is filled in: a dry run after each pause in typing. A newer question drops older answers. */
import { useEffect, useState } from 'react';
import type { KubeObject } from '../../engine/api/object.ts';
import type { WireError } from '../../engine/host/contract.ts';
import { useClusterName, useHost } from '../data/hooks.ts';
import { wireErrorOf } from '../data/host-client.ts';
import type { ShownKind } from '../data/kinds.ts';

export type DryRun =
  | { readonly state: 'waiting' }
  | { readonly state: 'asking'; readonly last: WireError | undefined }
  | { readonly state: 'accepted' }
  | { readonly state: 'refused'; readonly error: WireError };

const pauseMs = 350;

/** `object` must be undefined while the form lacks what the object cannot be without. */
export function useDryRun(kind: ShownKind, object: KubeObject | undefined): DryRun {
  const host = useHost();
  const cluster = useClusterName();
  const [answer, setAnswer] = useState<{ readonly asked: string; readonly error: WireError | undefined }>();
  // The text stands for the object: equal objects are one question.
  const asked = object && JSON.stringify(object);
  const { group, version, plural } = kind;
  useEffect(() => {
    if (asked === undefined) return;
    let isDropped = false;
    const timer = setTimeout(() => {
      const report = (error: WireError | undefined): void => {
        if (!isDropped) setAnswer({ asked, error });
      };
      host.call('objects.create', { cluster, kind: { group, version, plural }, object: JSON.parse(asked), dryRun: true }).then(
        () => report(undefined),
        (reason: unknown) => report(wireErrorOf(reason)),
      );
    }, pauseMs);
    return () => {
      isDropped = true;
      clearTimeout(timer);
    };
  }, [asked, host, cluster, group, version, plural]);
  if (asked === undefined) return { state: 'waiting' };
  if (answer?.asked !== asked) return { state: 'asking', last: answer?.error };
  return answer.error ? { state: 'refused', error: answer.error } : { state: 'accepted' };
}
