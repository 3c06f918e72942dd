/** The differences that stay, each with its reason: read from differences.md, whose list items start with an expression in backquotes. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Difference } from './compare.ts';

export type Explanations = readonly RegExp[];

export async function readExplanations(): Promise<Explanations> {
  const text = await readFile(fileURLToPath(new URL('differences.md', import.meta.url)), 'utf8');
  return [...text.matchAll(/^- `([^`]+)`:/gm)].map(([, expression = '']) => new RegExp(expression));
}

/** An expression is matched against `TITLE → WHERE`. */
export function isExplained({ title, where }: Difference & { readonly title: string }, explanations: Explanations): boolean {
  return explanations.some((expression) => expression.test(`${title} → ${where}`));
}
