/** Groups of the Kubernetes community need a word of approval. Upstream: k8s.io/apiextensions-apiserver/pkg/apihelpers. */
import { type FieldError, invalidValue, Path, required } from '../field-error.ts';
import type { CustomResourceDefinition } from '../types.gen.ts';

const annotation = 'api-approved.kubernetes.io';
const see = 'see https://github.com/kubernetes/enhancements/pull/1111';

export interface Approval {
  readonly state: 'approved' | 'bypassed' | 'missing' | 'invalid';
  readonly message: string;
}

/** Undefined for groups that are anybody's. */
export function approvalOf({ metadata, spec }: CustomResourceDefinition): Approval | undefined {
  if (!/(?:^|\.)(?:k8s\.io|kubernetes\.io)$/.test(spec.group)) return undefined;
  const text = metadata.annotations?.[annotation] ?? '';
  if (text === '') return { state: 'missing', message: `protected groups must have approval annotation "${annotation}", ${see}` };
  if (text.startsWith('unapproved')) return { state: 'bypassed', message: `not approved: ${JSON.stringify(text)}` };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+/i.test(text)) return { state: 'approved', message: `approved in ${text}` };
  const message = `protected groups must have approval annotation "${annotation}" with either a URL or a reason starting with "unapproved", ${see}`;
  return { state: 'invalid', message };
}

export function approvalErrors(definition: CustomResourceDefinition): readonly FieldError[] {
  const approval = approvalOf(definition);
  const path = new Path('metadata').at('annotations').key(annotation);
  if (approval?.state === 'missing') return [required(path, approval.message)];
  return approval?.state === 'invalid' ? [invalidValue(path, definition.metadata.annotations?.[annotation], approval.message)] : [];
}
