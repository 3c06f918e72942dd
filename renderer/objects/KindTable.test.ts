import { expect, it } from 'vitest';
import { kinds } from '../../engine/api/kinds.ts';
import { shownKinds } from '../data/kinds.ts';
import { listOf } from '../detail/list-of.ts';
import { columnsOf } from './KindTable.tsx';

it('has a list for every kind of the API that is not another view of one', () => {
  const own = kinds.filter(({ storage }) => storage === undefined).map(({ plural }) => plural);
  expect(shownKinds.map(({ plural }) => plural)).toEqual(own);
  expect(shownKinds.filter((kind) => !listOf('minato', kind).path.startsWith('/c/minato/'))).toEqual([]);
});

it.each([
  ['priorityclasses', 'PriorityClasses', ['NAME', 'VALUE', 'GLOBAL-DEFAULT', 'AGE', 'PREEMPTIONPOLICY']],
  ['endpoints', 'Endpoints', ['NAMESPACE', 'NAME', 'ENDPOINTS', 'AGE']],
  ['secrets', 'Secrets', ['NAMESPACE', 'NAME', 'TYPE', 'DATA', 'AGE']],
  ['events', 'Events', ['NAMESPACE', 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']],
])('%s are titled and printed as kubectl does', (plural, title, columns) => {
  const kind = shownKinds.find((one) => one.plural === plural);
  expect([kind?.title, kind && columnsOf(kind, kind.namespaced).map((column) => column.title)]).toEqual([title, columns]);
});
