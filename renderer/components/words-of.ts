/** Which parts of a text are addresses, ports or images. Pure. */
export interface Word {
  readonly text: string;
  /** Must not be broken. */
  readonly isWhole: boolean;
  readonly at: number;
}

/** What they are written with, ended by a letter, a digit or a bracket: what follows belongs to the sentence. */
const candidates = /[A-Za-z0-9[*][\w.\-/:@[\]*]*[\w\])]|\S*\bsha256:[0-9a-f]+/g;
const shapes = [
  // localhost:31001, nginx:1.27-alpine, 80:31000/TCP
  /^[\w.\-/[\]:*]+:[\w][\w.-]*(\/(TCP|UDP|SCTP))?$/,
  // 10.244.0.5, 10.244.0.0/24
  /^\d{1,3}(\.\d{1,3}){3}(\/\d+)?$/,
  // 80/TCP
  /^\d+\/(TCP|UDP|SCTP)$/,
  // https://…, registry.example.com/team/app
  /^\w+:\/\//,
  /^[\w-]+(\.[\w-]+)+(:\d+)?\/[\w.\-/:@]+$/,
  /@sha256:/,
];

export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(candidates)) {
    if (!shapes.some((shape) => shape.test(found))) continue;
    if (index > end) words.push({ text: text.slice(end, index), isWhole: false, at: end });
    words.push({ text: found, isWhole: true, at: index });
    end = index + found.length;
  }
  if (end < text.length) words.push({ text: text.slice(end), isWhole: false, at: end });
  return words;
}
