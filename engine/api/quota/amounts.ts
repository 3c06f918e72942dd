/** Lists of amounts by resource name. Pure. Upstream: k8s.io/apiserver/pkg/quota/v1/resources.go. */
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity, subtractQuantity } from '../quantity.ts';

export type Amounts = ReadonlyMap<string, Quantity>;
export const noAmounts: Amounts = new Map();

export function parseAmounts(list: Readonly<Record<string, string>> | undefined): Amounts {
  return list ? new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(text)])) : noAmounts;
}

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, addQuantity);
}
export function subtractAmounts(a: Amounts, b: Amounts): Amounts {
  const result = new Map(a);
  for (const [name, amount] of b) result.set(name, subtractQuantity(a.get(name) ?? zero(amount), amount));
  return result;
}
/** The larger of both, name by name. */
export function largestAmounts(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (x, y) => (compareQuantity(x, y) < 0 ? y : x));
}

function combine(a: Amounts, b: Amounts, both: (x: Quantity, y: Quantity) => Quantity): Amounts {
  if (b.size === 0) return a;
  const result = new Map(a);
  for (const [name, amount] of b) {
    const known = result.get(name);
    result.set(name, known ? both(known, amount) : amount);
  }
  return result;
}
const zero = ({ format }: Quantity): Quantity => ({ nano: 0n, format });

/** `pods=1,requests.cpu=500m`: what quota's refusals say. */
export function printAmounts(amounts: Amounts): string {
  const names = [...amounts.keys()].toSorted();
  return names.map((name) => `${name}=${printed(amounts.get(name))}`).join(',');
}
export function amountsRecord(amounts: Amounts): Readonly<Record<string, string>> {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, printed(amount)]));
}
function printed(amount: Quantity | undefined): string {
  return amount ? formatQuantity(amount) : '0';
}
