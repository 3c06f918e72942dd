import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantity,
  byteCount,
  canonicalQuantity,
  compareQuantity,
  cpuMilli,
  formatQuantity,
  parseQuantity,
  quantityProblem,
  subtractQuantity,
} from './quantity.ts';

describe('the canonical form of a quantity', () => {
  it.each([
    ['0', '0'],
    ['0Mi', '0'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['100', '100'],
    ['1000', '1k'],
    ['1.1', '1100m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['+1', '1'],
    ['-1', '-1'],
    ['-0.5Ki', '-512'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['512', '512'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['1023Ki', '1023Ki'],
    ['1.1Ki', '1126400m'],
    ['100E', '100E'],
    ['1e3', '1e3'],
    ['100e3', '100e3'],
    ['1E6', '1e6'],
    ['1e-3', '1e-3'],
    ['12e2', '1200'],
    ['0.1n', '1n'],
    ['1.0000000001', '1000000001n'],
    ['9223372036854775807Ki', '9223372036854775807'],
    ['128974848', '128974848'],
    ['123Mi', '123Mi'],
  ])('%s prints as %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it.each(['', 'abc', '1x', '1 Gi', '1.2.3', '1Gi ', '1KI', '1g', '１'])('%j is refused for its form', (text) => {
    expect(quantityProblem(text)).toContain('quantities must match the regular expression');
  });
  it.each(['1kk', '--1', '1mm', '1K', '1eE'])('%j is refused for its suffix', (text) => {
    expect(quantityProblem(text)).toBe("unable to parse quantity's suffix");
  });
  it('a huge exponent costs nothing', () => {
    expect(quantityProblem('1e999999999999')).toBeUndefined();
  });
});

describe('amounts', () => {
  it('count CPU in thousandths and memory in bytes, rounded up', () => {
    expect([cpuMilli('0.1'), cpuMilli('2'), cpuMilli('1u'), cpuMilli(undefined), byteCount('1Gi'), byteCount('1500m')]).toEqual([
      100,
      2000,
      1,
      0,
      2 ** 30,
      2,
    ]);
  });
  it('a sum from zero takes the format of what is added', () => {
    expect(formatQuantity(addQuantity(parseQuantity('0'), parseQuantity('2048Mi')))).toBe('2Gi');
  });
});

const quantityText = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.nat(2_000_000_000),
    fc.option(fc.nat(999_999), { nil: undefined }),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'e3', 'E-2', 'e0'),
  )
  .map(([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${suffix}`);

describe('for any quantity', () => {
  it('printing loses nothing and is stable', () => {
    fc.assert(
      fc.property(quantityText, (text) => {
        const quantity = parseQuantity(text);
        const printed = formatQuantity(quantity);
        expect(parseQuantity(printed).nano).toBe(quantity.nano);
        expect(canonicalQuantity(printed)).toBe(printed);
      }),
    );
  });
  it('adding and taking away come back, and order follows', () => {
    fc.assert(
      fc.property(quantityText, quantityText, (a, b) => {
        const [x, y] = [parseQuantity(a), parseQuantity(b)];
        expect(subtractQuantity(addQuantity(x, y), y).nano).toBe(x.nano);
        expect(Math.sign(compareQuantity(x, y))).toBe(-Math.sign(compareQuantity(y, x)) + 0);
      }),
    );
  });
  it('any text either parses or names the problem', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof (quantityProblem(text) ?? '') === 'string'));
  });
});
