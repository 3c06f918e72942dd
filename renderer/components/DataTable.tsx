/**
 * A list of objects that stays quick with thousands of rows: only what can be seen is drawn. Columns sort, a filter narrows, arrow keys walk the
 * rows (one tab stop), Enter opens. Says how many a filter hides.
 */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterField } from './FilterField.tsx';
import { hidden } from './hidden.ts';
import { StateView } from './StateView.tsx';
import { type SortOrder, sortAndFilter } from './sort-and-filter.ts';
import { Unbroken } from './Unbroken.tsx';

export interface TableColumn<Row> {
  readonly id: string;
  /** Empty for a column of buttons. */
  readonly title: string;
  /** CSS grid track: `2fr`, `96px`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it sorts by and what the filter looks at; columns without cannot be sorted. */
  readonly value?: (row: Row) => string | number;
  readonly align?: 'right';
}
export interface DataTableProps<Row> {
  /** Names the table for assistive technology. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** Further keys on a focused row: `l` for logs. True when the key meant something. */
  readonly onKey?: (row: Row, key: string) => boolean;
  readonly toolbar?: ReactNode;
  readonly initialSort?: SortOrder;
}

const rowHeight = 44;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, columns, label, toolbar } = props;
  const { t } = useTranslation();
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<SortOrder>(props.initialSort ?? { column: columns[0]?.id ?? '', descending: false });
  const shown = useMemo(() => sortAndFilter(rows, columns, { sort, filter }), [rows, columns, sort, filter]);
  const template = columns.map(({ width }) => (width.endsWith('fr') ? `minmax(0, ${width})` : width)).join(' ');
  return (
    <Stack sx={{ flex: 1, minHeight: 0, gap: 1.5 }}>
      <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <FilterField value={filter} onChange={setFilter} />
        {toolbar}
        <Typography variant="body2" color="textSecondary" role="status" sx={{ ml: 'auto' }}>
          {shown.length === rows.length
            ? t('table.count', { count: rows.length })
            : t('table.countOf', { shown: shown.length, count: rows.length })}
        </Typography>
      </Stack>
      <Box
        role="grid"
        aria-label={label}
        aria-rowcount={shown.length + 1}
        aria-colcount={columns.length}
        sx={{
          flex: '0 1 auto',
          minHeight: 84,
          display: 'flex',
          flexDirection: 'column',
          bgcolor: 'background.paper',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1.2,
          overflow: 'hidden',
        }}
      >
        <HeaderRow columns={columns} template={template} sort={sort} onSort={setSort} />
        {shown.length > 0 ? (
          <Body {...props} rows={shown} template={template} />
        ) : (
          <Box role="rowgroup">
            <Box role="row">
              <Box role="gridcell">
                <StateView
                  title={t('table.nothingMatches', { filter })}
                  text={t('table.hidden', { count: rows.length })}
                  actions={<Button onClick={() => setFilter('')}>{t('table.clearFilter')}</Button>}
                />
              </Box>
            </Box>
          </Box>
        )}
      </Box>
    </Stack>
  );
}

interface HeaderRowProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly template: string;
  readonly sort: SortOrder;
  readonly onSort: (sort: SortOrder) => void;
}
/** Header and rows keep the same room for the scrollbar, so that columns stand above each other. */
const gutter = { overflowY: 'hidden', scrollbarGutter: 'stable', scrollbarWidth: 'thin' } as const;

function HeaderRow<Row>({ columns, template, sort, onSort }: HeaderRowProps<Row>) {
  const { t } = useTranslation();
  return (
    <Box role="rowgroup" sx={{ borderBottom: 1, borderColor: 'divider', bgcolor: 'fog.main', flex: 'none', ...gutter }}>
      <Box role="row" sx={{ display: 'grid', gridTemplateColumns: template, px: 1 }}>
        {columns.map(({ id, title, value, align }) => (
          <Box
            key={id}
            role="columnheader"
            aria-sort={sort.column === id ? (sort.descending ? 'descending' : 'ascending') : 'none'}
            sx={{
              px: 1,
              py: 0.9,
              textAlign: align ?? 'left',
              fontSize: '0.78rem',
              fontWeight: 650,
              color: 'text.secondary',
              whiteSpace: 'nowrap',
            }}
          >
            {value ? (
              <Box
                component="button"
                type="button"
                onClick={() => onSort({ column: id, descending: sort.column === id && !sort.descending })}
                sx={{
                  all: 'unset',
                  display: 'inline-flex',
                  flexDirection: align === 'right' ? 'row-reverse' : 'row',
                  gap: 0.5,
                  cursor: 'pointer',
                  borderRadius: 0.5,
                  '&:hover': { color: 'text.primary' },
                  '&:focus-visible': { outline: '2px solid', outlineOffset: 2 },
                }}
              >
                {title}
                <Box component="span" aria-hidden sx={{ visibility: sort.column === id ? 'visible' : 'hidden' }}>
                  {sort.descending ? '↓' : '↑'}
                </Box>
              </Box>
            ) : (
              title || (
                <Box component="span" sx={hidden}>
                  {t('table.actions')}
                </Box>
              )
            )}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

interface BodyProps<Row> extends DataTableProps<Row> {
  readonly template: string;
}
function Body<Row>({ rows, columns, rowKey, onOpen, onKey, template }: BodyProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const move = (to: number): void => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    setCurrent(index);
    virtual.scrollToIndex(index);
    // The row exists only after the list has scrolled to it.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = steps[event.key];
    const row = rows[current];
    if (!(event.target instanceof HTMLElement) || event.target.dataset.index === undefined) return;
    if (step !== undefined) move(step(current, rows.length));
    else if (row === undefined) return;
    else if (event.key === 'Enter') onOpen?.(row);
    else if (event.ctrlKey || event.metaKey || event.altKey || !onKey?.(row, event.key)) return;
    event.preventDefault();
  };
  return (
    <Box
      ref={scroller}
      role="rowgroup"
      onKeyDown={onKeyDown}
      sx={{ flex: '0 1 auto', minHeight: 0, overflowX: 'hidden', position: 'relative', ...gutter, overflowY: 'auto' }}
    >
      <Box role="presentation" sx={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <Box
              key={key}
              role="row"
              aria-rowindex={index + 2}
              data-index={index}
              tabIndex={index === Math.min(current, rows.length - 1) ? 0 : -1}
              onFocus={() => setCurrent(index)}
              onClick={() => onOpen?.(row)}
              style={{ transform: `translateY(${start}px)` }}
              sx={rowStyle(template, onOpen !== undefined)}
            >
              <Cells row={row} columns={columns} />
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
const steps: Readonly<Record<string, (current: number, count: number) => number>> = {
  ArrowDown: (current) => current + 1,
  ArrowUp: (current) => current - 1,
  PageDown: (current) => current + 10,
  PageUp: (current) => current - 10,
  Home: () => 0,
  End: (_current, count) => count - 1,
};
function rowStyle(template: string, opens: boolean) {
  return {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    height: rowHeight,
    display: 'grid',
    gridTemplateColumns: template,
    alignItems: 'center',
    px: 1,
    cursor: opens ? 'pointer' : 'default',
    borderBottom: 1,
    borderColor: 'divider',
    '&:hover': { bgcolor: 'action.hover' },
    '&:focus-visible': { outlineOffset: -3 },
  } as const;
}

/** A text that is too long shortens in its middle; its end tells a pod or an image from its like. */
function Content({ children }: { readonly children: ReactNode }) {
  return typeof children === 'string' && children !== '' ? <Unbroken>{children}</Unbroken> : children;
}

interface CellsProps<Row> {
  readonly row: Row;
  readonly columns: readonly TableColumn<Row>[];
}
function CellsOf<Row>({ row, columns }: CellsProps<Row>) {
  const cells = columns.map(({ id, cell, align }) => (
    <Box
      key={id}
      role="gridcell"
      sx={{
        px: 1,
        minWidth: 0,
        textAlign: align ?? 'left',
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
        fontSize: '0.875rem',
      }}
    >
      <Content>{cell(row)}</Content>
    </Box>
  ));
  return <>{cells}</>;
}
/** Drawn again only when its object is another one. The cast gives `memo` its type parameter back. */
const Cells = memo(CellsOf) as unknown as typeof CellsOf;
