/** A small table for parts of a page: a real `<table>`, for lists that are short by nature. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Prose } from '../components/Prose.tsx';

export interface PlainColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: string;
}
export interface PlainTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly PlainColumn<Row>[];
  readonly rowKey: (row: Row) => string;
}

/** More than that belongs into a list of its own. */
const mostRows = 100;

export function PlainTable<Row>({ label, rows, columns, rowKey }: PlainTableProps<Row>) {
  const { t } = useTranslation();
  return (
    <Box
      sx={{ overflowX: 'auto', border: 1, borderColor: 'divider', borderRadius: 1.2, bgcolor: 'background.paper' }}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <Box
        component="table"
        aria-label={label}
        sx={{
          width: '100%',
          borderCollapse: 'collapse',
          fontSize: '0.875rem',
          '& th': {
            textAlign: 'left',
            fontSize: '0.78rem',
            fontWeight: 650,
            color: 'text.secondary',
            bgcolor: 'fog.main',
            whiteSpace: 'nowrap',
          },
          '& th, & td': { px: 1.25, py: 1, verticalAlign: 'top' },
          '& th:first-of-type, & td:first-of-type': { pl: 2 },
          '& tbody tr': { borderTop: 1, borderColor: 'divider' },
        }}
      >
        <thead>
          <tr>
            {columns.map(({ title, width }) => (
              <th key={title} scope="col" style={width === undefined ? undefined : { width }}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ title, cell }) => (
                <td key={title}>
                  <Content>{cell(row)}</Content>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Box>
      {rows.length > mostRows && (
        <Box sx={{ px: 2, py: 1, color: 'text.secondary', fontSize: '0.82rem' }}>
          {t('detail.notShown', { count: rows.length - mostRows })}
        </Box>
      )}
    </Box>
  );
}

function Content({ children }: { readonly children: ReactNode }) {
  return typeof children === 'string' ? <Prose>{children}</Prose> : children;
}
