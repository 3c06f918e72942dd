/**
 * Editing an object as YAML, step by step: typed, checked by a dry run over what the cluster holds by then, reviewed as a difference, applied. What others
 * changed meanwhile is merged; where both changed the same place, the user decides. Nothing typed is lost before it is applied or discarded.
 */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json, KubeObject, Live } from '../../engine/api/object.ts';
import type { WireError } from '../../engine/host/contract.ts';
import { useToast } from '../app/Toasts.tsx';
import { useClusterName, useHost } from '../data/hooks.ts';
import { wireErrorOf } from '../data/host-client.ts';
import type { ShownKind } from '../data/kinds.ts';
import { objectYaml, parseYaml } from '../data/yaml.ts';
import { type Draft, loadDraft, saveDraft } from './draft-store.ts';
import { withoutBookkeeping } from './editable.ts';
import { merge } from './merge.ts';

export type Phase =
  | { readonly step: 'typing'; readonly problem?: WireError | undefined }
  | { readonly step: 'checking' }
  | { readonly step: 'conflict'; readonly paths: readonly string[] }
  /** The dry run went through: `before` and `after` as YAML. */
  | {
      readonly step: 'review';
      readonly object: KubeObject;
      readonly before: string;
      readonly after: string;
      readonly problem?: WireError | undefined;
    }
  | { readonly step: 'applying'; readonly object: KubeObject; readonly before: string; readonly after: string };

export interface Edit {
  readonly draft: Draft | undefined;
  readonly phase: Phase;
  readonly begin: () => void;
  readonly type: (text: string) => void;
  readonly discard: () => void;
  /** `prefer` decides places that both changed; without, they are asked about. */
  readonly check: (prefer?: 'mine' | 'theirs') => void;
  readonly apply: () => void;
  readonly back: () => void;
}

export function useEdit(kind: ShownKind, live: Live<KubeObject>): Edit {
  const host = useHost();
  const cluster = useClusterName();
  const toast = useToast();
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => loadDraft(cluster, live));
  const [phase, setPhase] = useState<Phase>({ step: 'typing' });
  const { group, version, plural } = kind;
  const keep = (next: Draft | undefined): void => {
    setDraft(next);
    saveDraft(cluster, live, next);
    setPhase({ step: 'typing' });
  };
  const update = (object: KubeObject, dryRun: boolean) =>
    host.call('objects.update', { cluster, kind: { group, version, plural }, object, dryRun });

  const check = (prefer?: 'mine' | 'theirs'): void => {
    if (!draft) return;
    const parsed = parseYaml(draft.text);
    if (!parsed.ok) {
      setPhase({ step: 'typing', problem: { code: 'invalid-input', params: {}, message: parsed.message } });
      return;
    }
    const mine = parsed.object as unknown as Json;
    const [base, theirs] = [withoutBookkeeping(draft.base), withoutBookkeeping(live)];
    const merged = prefer === 'theirs' ? merge({ base, mine: theirs, theirs: mine }) : merge({ base, mine, theirs });
    if (prefer === undefined && merged.conflicts.length > 0) {
      setPhase({ step: 'conflict', paths: merged.conflicts });
      return;
    }
    setPhase({ step: 'checking' });
    // Merging two objects gives an object.
    const object = merged.value as unknown as KubeObject;
    update(object, true).then(
      (result) => setPhase({ step: 'review', object, before: objectYaml(live), after: objectYaml(result) }),
      (reason: unknown) => setPhase({ step: 'typing', problem: wireErrorOf(reason) }),
    );
  };
  const apply = (): void => {
    if (phase.step !== 'review') return;
    const { object, before, after } = phase;
    setPhase({ step: 'applying', object, before, after });
    update(object, false).then(
      () => {
        keep(undefined);
        toast(t('detail.yaml.applied', { name: live.metadata.name }));
      },
      (reason: unknown) => setPhase({ step: 'review', object, before, after, problem: wireErrorOf(reason) }),
    );
  };
  return {
    draft,
    phase,
    begin: () => keep({ text: objectYaml(live), base: live }),
    type: (text) => draft && keep({ ...draft, text }),
    discard: () => keep(undefined),
    check,
    apply,
    back: () => setPhase({ step: 'typing' }),
  };
}
