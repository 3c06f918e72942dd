/** The picture of the first page: a quay, a control tower, ships that carry pods. Drawn with the theme's colours; says nothing that the text does not. */
import Box from '@mui/material/Box';

export function HarbourView() {
  return (
    <Box sx={{ color: 'primary.main', display: 'flex', justifyContent: 'center', '@media (max-width: 1099px)': { display: 'none' } }}>
      <Box
        component="svg"
        viewBox="0 0 460 400"
        aria-hidden="true"
        focusable="false"
        sx={{ width: '100%', maxWidth: 500, borderRadius: '28px', ...colours }}
      >
        <path className="sky" d="M0 0h460v400H0z" />
        <circle className="moon" cx="350" cy="92" r="42" />
        <Tower />
        <Ship x={150} y={222} />
        <path className="water" d="M0 298c19-9 38-9 57 0s38 9 58 0 38-9 57 0 38 9 58 0 38-9 57 0 38 9 58 0 38-9 57 0 38 9 58 0v110H0z" />
        <path className="wave" d="M128 360c14-9 28-9 42 0s28 9 42 0M240 340c14-9 28-9 42 0s28 9 42 0 28-9 42 0" />
        <path className="quay" d="M0 270h118v40H0zM14 310h12v70H14zM86 310h12v70H86z" />
        <Buoy />
      </Box>
    </Box>
  );
}

function Tower() {
  return (
    <g>
      <path className="line" d="M40 270V150M84 270V150M40 230l44-40M84 230l-44-40" />
      <path className="box" d="M24 104h76l-8 46H32z" />
      <path className="window" d="M38 116h48l-3 18H41z" />
      <path className="line" d="M62 104V76" />
      <circle className="light" cx="62" cy="70" r="7" />
    </g>
  );
}
function Ship({ x, y }: { readonly x: number; readonly y: number }) {
  const pods = [0, 1, 2, 3].map((column) => ({ x: x + 62 + column * 40, y: y + 6 }));
  return (
    <g>
      {pods.map((pod, column) => (
        <rect key={pod.x} className={column % 2 === 0 ? 'pod' : 'podB'} x={pod.x} y={pod.y} width="36" height="30" rx="5" />
      ))}
      {pods.slice(0, 3).map((pod, column) => (
        <rect key={pod.x} className={column % 2 === 0 ? 'podB' : 'pod'} x={pod.x + 18} y={pod.y - 34} width="36" height="30" rx="5" />
      ))}
      <path className="box" d={`M${x + 8} ${y - 10}h44v46H${x + 8}z`} />
      <path className="window" d={`M${x + 16} ${y}h28v12h-28z`} />
      <path className="hull" d={`M${x - 14} ${y + 38}h266l-26 54H${x + 20}z`} />
    </g>
  );
}
function Buoy() {
  return (
    <g>
      <path className="light" d="M416 310l16 44h-32z" />
      <circle className="light" cx="416" cy="302" r="7" />
    </g>
  );
}

const colours = {
  '& .sky': { fill: 'currentColor', opacity: 0.07 },
  '& .moon': { fill: 'var(--mui-palette-secondary-main)', opacity: 0.14 },
  '& .line': { stroke: 'currentColor', strokeWidth: 5, fill: 'none', strokeLinecap: 'round' },
  '& .box': { fill: 'currentColor' },
  '& .window': { fill: 'var(--mui-palette-background-default)', opacity: 0.85 },
  '& .light': { fill: 'var(--mui-palette-secondary-main)' },
  '& .hull': { fill: 'var(--mui-palette-navigation-main)', stroke: 'currentColor', strokeWidth: 2 },
  '& .quay': { fill: 'var(--mui-palette-fog-line)' },
  '& .pod': { fill: 'var(--mui-palette-secondary-main)', opacity: 0.9 },
  '& .podB': { fill: 'currentColor', opacity: 0.45 },
  '& .water': { fill: 'var(--mui-palette-primary-light)', opacity: 0.45 },
  '& .wave': { stroke: 'currentColor', strokeWidth: 3, fill: 'none', opacity: 0.5, strokeLinecap: 'round' },
} as const;
