/** Cells that several kinds print, as kubectl shows them. Upstream: k8s.io/kubernetes/pkg/printers/internalversion/printers.go. */
import { ageSince } from '../age.ts';
import type { Column } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import type { Container, PodTemplateSpec } from '../types.gen.ts';

type Cell<T extends KubeObject> = Column<T>['cell'];

export function text<T extends KubeObject>(name: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', priority: 0, cell };
}
export function integer<T extends KubeObject>(name: string, cell: Cell<T>): Column<T> {
  return { name, type: 'integer', priority: 0, cell };
}
/** Shown with `-o wide` only. */
export function wide<T extends KubeObject>(name: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', priority: 1, cell };
}

export const age: Column<KubeObject> = text('Age', (object, nowMs) => ageSince(object.metadata.creationTimestamp, nowMs));

/** `app=web,tier=front`, `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.toSorted().join(',');
}

export function orNone(value: string | undefined): string {
  return value || '<none>';
}

export function templateColumns<T extends KubeObject>(template: (object: T) => PodTemplateSpec | undefined): readonly Column<T>[] {
  const containers = (object: T): readonly Container[] => template(object)?.spec?.containers ?? [];
  return [
    wide('Containers', (object) =>
      containers(object)
        .map(({ name }) => name)
        .join(','),
    ),
    wide('Images', (object) =>
      containers(object)
        .map(({ image }) => image ?? '')
        .join(','),
    ),
  ];
}

const shown = 3;
/** The first three, and how many more there are. */
export function listWithMore(items: readonly string[], empty: string): string {
  const text = items.slice(0, shown).join(',');
  if (items.length > shown) return `${text} + ${items.length - shown} more...`;
  return text === '' ? empty : text;
}
