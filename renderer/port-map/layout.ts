/** Gives boxes and lines of a port map their places: each column in the middle of the whole height, each row where its line can find it. Pure. */
import type { Hop } from '../../engine/explain/service.ts';
import type { Boxes, Joint, MapBox, MapLine, MapRow, Placed, PortMap } from './boxes.ts';

export const hops: readonly Hop[] = ['computer', 'node', 'service', 'pods'];

/** In pixels; the components draw to these. */
export const headHeight = 56;
const rowHeight = 30;
/** Of a row with two numbers, one below the other. */
const tallRowHeight = 48;
const noneHeight = 76;
const moreHeight = 40;
/** Below the last row. */
const footHeight = 6;
const boxGap = 12;

export function rowHeightOf({ numbers }: MapRow): number {
  return numbers.length > 1 ? tallRowHeight : rowHeight;
}
function heightOf(box: MapBox): number {
  if (box.kind === 'none') return noneHeight;
  if (box.kind === 'more') return moreHeight;
  const rows = box.rows.reduce((sum, row) => sum + rowHeightOf(row), 0);
  return headHeight + (rows > 0 ? rows + footHeight : 0);
}

export function place(boxes: Boxes, joints: readonly Joint[]): PortMap {
  const heights = hops.map((hop) => columnHeight(boxes[hop]));
  const height = Math.max(...heights);
  const columns = Object.fromEntries(
    hops.map((hop, index) => [hop, stacked(boxes[hop], Math.round((height - (heights[index] ?? 0)) / 2))]),
  ) as Record<Hop, readonly Placed[]>;
  const anchors = new Map(hops.flatMap((hop) => columns[hop].flatMap(anchorsOf)));
  return { height, columns, lines: joints.flatMap((joint) => lineOf(joint, anchors)) };
}

function columnHeight(boxes: readonly MapBox[]): number {
  return boxes.reduce((sum, box) => sum + heightOf(box), 0) + Math.max(0, boxes.length - 1) * boxGap;
}
function stacked(boxes: readonly MapBox[], first: number): readonly Placed[] {
  let top = first;
  return boxes.map((box) => {
    const placed = { ...box, top, height: heightOf(box) };
    top += placed.height + boxGap;
    return placed;
  });
}
/** A box without rows is met in its middle. */
function anchorsOf(box: Placed): readonly (readonly [string, number])[] {
  if (box.rows.length === 0) return [[box.id, box.top + box.height / 2]];
  let top = box.top + headHeight;
  return box.rows.map((row) => {
    const middle = top + rowHeightOf(row) / 2;
    top += rowHeightOf(row);
    return [row.id, middle] as const;
  });
}
function lineOf({ gap, from, to, state }: Joint, anchors: ReadonlyMap<string, number>): readonly MapLine[] {
  const [fromY, toY] = [anchors.get(from), anchors.get(to)];
  return fromY === undefined || toY === undefined ? [] : [{ id: `${from} ${to}`, gap, fromY, toY, state }];
}
