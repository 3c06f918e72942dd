/** Objects as JSON, encoded once for all who are told of the same revision. What is kept is bounded in bytes. */
import { LRUCache } from 'lru-cache';
import type { LiveObject } from '../resource.ts';
import type { Shape } from './negotiate.ts';

export interface ObjectTexts {
  /** Of what was handed out before, and is the same frozen object, without encoding it again. `encode` gives what stands for it in that shape. */
  of(object: LiveObject, shape: Shape, encode: (object: LiveObject) => object): Buffer;
  /** How many times something was encoded. */
  readonly encoded: number;
}

const maxBytes = 16 * 1024 * 1024;

export function createObjectTexts(): ObjectTexts {
  const known: Partial<Record<Shape, LRUCache<LiveObject, Buffer>>> = {};
  let encoded = 0;
  return {
    of(object, shape, encode) {
      known[shape] ??= new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ length }) => length });
      const text = known[shape].get(object);
      if (text) return text;
      const made = Buffer.from(JSON.stringify(encode(object)));
      encoded++;
      known[shape].set(object, made);
      return made;
    },
    get encoded() {
      return encoded;
    },
  };
}
