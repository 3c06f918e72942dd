import { expect, test } from 'vitest';
import { wordsOf } from './words-of.ts';

const wholes = (text: string): readonly string[] => wordsOf(text).flatMap(({ text: word, isWhole }) => (isWhole ? [word] : []));

test.each([
  ['Failed to pull image "registry.example.com/team/app:1.2-rc1": not found', ['registry.example.com/team/app:1.2-rc1']],
  ['localhost:31001はノードを通って10.244.0.5に続きます。', ['localhost:31001', '10.244.0.5']],
  ['dial tcp 10.96.0.10:53: connect: connection refused.', ['10.96.0.10:53']],
  ['80:31000/TCP,443:31443/TCP', ['80:31000/TCP', '443:31443/TCP']],
  ['see https://127.0.0.1:6443/readyz.', ['https://127.0.0.1:6443/readyz']],
  ['nginx@sha256:0123456789abcdef', ['nginx@sha256:0123456789abcdef']],
  ['Error: it ended. And/or: nothing', []],
  ['', []],
])('of %j whole are %j', (text, expected) => {
  expect(wholes(text)).toEqual(expected);
  expect(
    wordsOf(text)
      .map((word) => word.text)
      .join(''),
  ).toBe(text);
});
