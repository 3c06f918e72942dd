/** A patch as it was read, and what came of it. */
import type { Json } from '../../api/object.ts';
import type { LiveObject } from '../resource.ts';

export interface ParsedPatch {
  readonly type: 'json' | 'merge' | 'strategic' | 'apply';
  readonly value: Json;
  /** As it was sent: errors show it. */
  readonly text: string;
  /** Of an apply: fields that were given twice. */
  readonly duplicates?: readonly string[];
}
export interface Patched {
  readonly object: LiveObject;
  readonly isCreated: boolean;
}
