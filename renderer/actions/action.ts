/**
 * What a user can do, as values: one list feeds buttons, menus, shortcuts, advice and the panel that says what will happen. Two forms: those that
 * lead somewhere, and those that ask and then do. Every one that does shows its kubectl line first.
 */
import type { SvgIconComponent } from '@mui/icons-material';
import type { ReactNode } from 'react';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Host } from '../data/host-client.ts';
import type { ShownKind } from '../data/kinds.ts';

/** An object of a cluster, as the thing to act on. */
export interface Target {
  readonly cluster: string;
  readonly kind: ShownKind;
  readonly object: Live<KubeObject>;
}

interface Named<T> {
  /** Stable; the texts are under `action.<id>`: title, and for those that ask, question and done. */
  readonly id: string;
  readonly icon: SvgIconComponent;
  /** A key on a focused row and on the detail page. */
  readonly shortcut?: string;
  readonly when: (target: T) => boolean;
}
export interface Leading<T> extends Named<T> {
  readonly type: 'leads';
  readonly path: (target: T) => string;
}
export interface Doing<T, Input> extends Named<T> {
  readonly type: 'does';
  readonly danger?: boolean;
  /** What it starts is shown step by step: no further note is needed that it was done. */
  readonly showsItself?: boolean;
  readonly initial: (target: T) => Input;
  /** What is asked before; absent where the answer can only be yes. */
  readonly Fields?: (props: FieldsProps<T, Input>) => ReactNode;
  /** False holds the button. */
  readonly isReady?: (input: Input, target: T) => boolean;
  /** Further words for the texts. */
  readonly words: (target: T, input: Input) => Readonly<Record<string, string | number>>;
  readonly commands: (target: T, input: Input) => readonly string[];
  /** What is sent to the API, where that is an object. */
  readonly manifest?: (target: T, input: Input) => object;
  readonly run: (host: Host, target: T, input: Input) => Promise<void>;
  /** Where to be when the object is gone. */
  readonly after?: (target: T) => string;
}
export interface FieldsProps<T, Input> {
  readonly target: T;
  readonly value: Input;
  readonly onChange: (value: Input) => void;
}
/** `Input` is known only to the action itself. */
// biome-ignore lint/suspicious/noExplicitAny: an existential type, which TypeScript lacks; the dialog hands an action only what that action made
export type Action<T> = Leading<T> | Doing<T, any>;

export const leading = <T>(action: Omit<Leading<T>, 'type'>): Leading<T> => ({ type: 'leads', ...action });
export const doing = <T, Input>(action: Omit<Doing<T, Input>, 'type'>): Doing<T, Input> => ({ type: 'does', ...action });

// --- small readers that several actions share -------------------------------------------------------------------------------------------

export function nameOf({ object }: Target): string {
  return object.metadata.name;
}
/** `-n demo`, and nothing for the namespace kubectl uses anyway. */
export function inNamespace(namespace: string | undefined): string {
  return namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`;
}
export function namespaceOf({ kind, object }: Target): string | undefined {
  return kind.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
}
/** Names the object for a host call. */
export function addressOf(target: Target) {
  const { group, version, plural } = target.kind;
  const namespace = namespaceOf(target);
  return {
    cluster: target.cluster,
    kind: { group, version, plural },
    name: nameOf(target),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
