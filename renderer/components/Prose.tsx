/** A sentence in which addresses, ports and images are not broken. */
import { Fragment } from 'react';
import { Unbroken } from './Unbroken.tsx';
import { wordsOf } from './words-of.ts';

export function Prose({ children: text }: { readonly children: string }) {
  return wordsOf(text).map(({ text: word, isWhole, at }) =>
    isWhole ? <Unbroken key={at}>{word}</Unbroken> : <Fragment key={at}>{word}</Fragment>,
  );
}
