/** The lines between two columns. Broken ones are told by dashes and a cross, not by colour alone. */
import Box from '@mui/material/Box';
import type { MapLine } from './boxes.ts';

export interface LinesProps {
  readonly lines: readonly MapLine[];
  readonly height: number;
  readonly width: number;
  /** Height of the columns' headings. */
  readonly offset: number;
}

const colours = { carries: 'primary.main', idle: 'fog.line', broken: 'error.main' } as const;
const dashes = { carries: undefined, idle: '2 5', broken: '5 4' } as const;

export function Lines({ lines, height, width, offset }: LinesProps) {
  const middle = width / 2;
  return (
    <Box
      component="svg"
      aria-hidden
      focusable={false}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      sx={{ mt: `${offset}px`, display: 'block' }}
    >
      {lines.map(({ id, fromY, toY, state }) => (
        <Box component="g" key={id} sx={{ color: colours[state] }}>
          <path
            d={`M0 ${fromY}C${middle} ${fromY} ${middle} ${toY} ${width - 5} ${toY}`}
            fill="none"
            stroke="currentColor"
            strokeWidth={2}
            strokeLinecap="round"
            strokeDasharray={dashes[state]}
          />
          {state !== 'broken' && <path d={`M${width - 7} ${toY - 4}l6 4l-6 4z`} fill="currentColor" />}
          {state === 'broken' && <Cross x={middle} y={(fromY + toY) / 2} />}
        </Box>
      ))}
    </Box>
  );
}

function Cross({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <Box component="circle" r={9} sx={{ fill: 'var(--mui-palette-background-paper)', stroke: 'currentColor', strokeWidth: 2 }} />
      <path d="M-3.500 -3.500L3.500 3.500M3.500 -3.500L-3.500 3.500" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
    </g>
  );
}
