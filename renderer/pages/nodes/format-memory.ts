/** Memory as people read it: `7.8 GiB` for Kubernetes' `8148452Ki`; a dash for what a node has not told yet. */
import { byteCount } from '../../../engine/api/quantity.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatMemory(quantity: string | undefined): string {
  const bytes = byteCount(quantity);
  if (!(bytes > 0)) return '–';
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[step]}`;
}
