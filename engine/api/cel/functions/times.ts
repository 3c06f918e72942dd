/** Parts of times and durations. Kubernetes reads times in UTC unless a rule names another place. */
import { t } from '../types.ts';
import { CelError, type Duration, type Timestamp } from '../values.ts';
import { type FunctionTable, member, type Overload } from './overload.ts';

const million = 1_000_000n;

/** The same moment as a date whose UTC fields are those of the zone. */
function inZone({ ns }: Timestamp, zone = 'UTC'): Date {
  const ms = Number((ns - (((ns % million) + million) % million)) / million);
  const offset = /^([-+]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(ms + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  if (zone === 'UTC' || zone === '') return new Date(ms);
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const shift = /GMT([-+])(\d\d):(\d\d)/.exec(name);
    const minutes = shift ? (Number(shift[2]) * 60 + Number(shift[3])) * (shift[1] === '-' ? -1 : 1) : 0;
    return new Date(ms + minutes * 60_000);
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}

function part(read: (date: Date) => number): readonly Overload[] {
  return [
    member([t.timestamp], t.int, ([time]) => BigInt(read(inZone(time)))),
    member([t.timestamp, t.string], t.int, ([time, zone]) => BigInt(read(inZone(time, zone)))),
  ];
}
const lengthIn = (ns: bigint): Overload => member([t.duration], t.int, ([duration]: readonly [Duration]) => duration.ns / ns);
const dayMs = 86_400_000;

export const timeFunctions: FunctionTable = {
  getFullYear: part((date) => date.getUTCFullYear()),
  getMonth: part((date) => date.getUTCMonth()),
  getDate: part((date) => date.getUTCDate()),
  getDayOfMonth: part((date) => date.getUTCDate() - 1),
  getDayOfWeek: part((date) => date.getUTCDay()),
  getDayOfYear: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs)),
  getHours: [...part((date) => date.getUTCHours()), lengthIn(3_600_000_000_000n)],
  getMinutes: [...part((date) => date.getUTCMinutes()), lengthIn(60_000_000_000n)],
  getSeconds: [...part((date) => date.getUTCSeconds()), lengthIn(1_000_000_000n)],
  getMilliseconds: [
    ...part((date) => date.getUTCMilliseconds()),
    member([t.duration], t.int, ([duration]: readonly [Duration]) => (duration.ns / million) % 1000n),
  ],
};
