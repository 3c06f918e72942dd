/** What is being typed into YAML editors, kept for as long as the window lives: other tabs, other pages and a reload lose nothing. */
import type { KubeObject, Live } from '../../engine/api/object.ts';

export interface Draft {
  readonly text: string;
  /** The object as it was when the editing began. */
  readonly base: Live<KubeObject>;
}

function keyOf(cluster: string, { metadata: { uid } }: Live<KubeObject>): string {
  return `minato:draft:${cluster}:${uid}`;
}
export function loadDraft(cluster: string, object: Live<KubeObject>): Draft | undefined {
  const kept = sessionStorage.getItem(keyOf(cluster, object));
  // Nobody but saveDraft writes there.
  return kept === null ? undefined : (JSON.parse(kept) as Draft);
}
export function saveDraft(cluster: string, object: Live<KubeObject>, draft: Draft | undefined): void {
  if (draft === undefined) sessionStorage.removeItem(keyOf(cluster, object));
  else sessionStorage.setItem(keyOf(cluster, object), JSON.stringify(draft));
}
