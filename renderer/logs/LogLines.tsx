/** The lines of a log; only those that can be seen are drawn. Scrolling up stops following. */
import ArrowDown from '@mui/icons-material/ArrowDownwardRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import { type LogLine, markedParts } from './log-buffer.ts';
import type { LogOptions } from './log-options.ts';
import type { LogState } from './log-stream.ts';

export interface LogLinesProps {
  readonly log: LogState;
  readonly options: LogOptions;
  /** Number of the line that the search stands at. */
  readonly current: number | undefined;
  readonly onFollow: (follow: boolean) => void;
}

const lineHeight = 20;
/** Nearer to the end than this counts as at the end. */
const slack = 24;

export function LogLines({ log: { lines, state }, options, current, onFollow }: LogLinesProps) {
  const { t } = useTranslation();
  const { follow, wrap, timestamps, query } = options;
  const { scroller, virtual, onScroll } = useLogScroll({ lines, options, current, onFollow });
  return (
    <Box
      sx={{
        position: 'relative',
        flex: 1,
        minHeight: 220,
        display: 'flex',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.paper',
        overflow: 'hidden',
      }}
    >
      <Box
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t('logs.label')}
        tabIndex={0}
        onScroll={onScroll}
        sx={{
          flex: 1,
          overflow: 'auto',
          fontFamily: mono,
          fontSize: '0.8rem',
          lineHeight: `${lineHeight}px`,
          '&:focus-visible': { outlineOffset: -3 },
        }}
      >
        {lines.length === 0 && (
          <Box sx={{ p: 2, color: 'text.secondary', fontFamily: 'inherit' }}>{state === 'open' ? t('logs.empty') : t('logs.nothing')}</Box>
        )}
        <Box sx={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            return (
              line && (
                <Box
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                  sx={lineStyle(wrap, line.number === current)}
                >
                  <Line line={line} query={query} showTime={timestamps} />
                </Box>
              )
            );
          })}
        </Box>
      </Box>
      {!follow && !options.previous && state === 'open' && (
        <Button
          size="small"
          variant="contained"
          startIcon={<ArrowDown />}
          onClick={() => onFollow(true)}
          sx={{ position: 'absolute', right: 20, bottom: 14 }}
        >
          {t('logs.toEnd')}
        </Button>
      )}
    </Box>
  );
}

interface LogScrollOptions extends Omit<LogLinesProps, 'log'> {
  readonly lines: readonly LogLine[];
}
function useLogScroll({ lines, options: { follow, wrap, timestamps }, current, onFollow }: LogScrollOptions) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines, virtual]);
  const showCurrent = useEffectEvent((): void => {
    const first = lines[0]?.number;
    if (current !== undefined && first !== undefined) virtual.scrollToIndex(current - first, { align: 'center' });
  });
  // Only a step of the search moves the view, not a new line.
  // biome-ignore lint/correctness/useExhaustiveDependencies: that it changes is the reason
  useEffect(() => showCurrent(), [current]);
  // Lines take other heights when they are broken or get their times.
  // biome-ignore lint/correctness/useExhaustiveDependencies: that these change is the reason
  useEffect(() => virtual.measure(), [virtual, wrap, timestamps]);
  const onScroll = (): void => {
    const box = scroller.current;
    if (!box) return;
    const isUp = box.scrollTop < lastTop.current;
    lastTop.current = box.scrollTop;
    const isAtEnd = box.scrollHeight - box.clientHeight - box.scrollTop < slack;
    if (follow && isUp && !isAtEnd) onFollow(false);
  };
  return { scroller, virtual, onScroll };
}

function lineStyle(wrap: boolean, isCurrent: boolean) {
  return {
    position: 'absolute',
    top: 0,
    left: 0,
    minWidth: '100%',
    ...(wrap ? { width: '100%' } : {}),
    px: 1.5,
    minHeight: lineHeight,
    whiteSpace: wrap ? 'pre-wrap' : 'pre',
    overflowWrap: wrap ? 'anywhere' : 'normal',
    ...(isCurrent ? { bgcolor: 'action.selected' } : {}),
  } as const;
}

interface LineProps {
  readonly line: LogLine;
  readonly query: string;
  readonly showTime: boolean;
}
const Line = memo(function LogLineText({ line: { time, text }, query, showTime }: LineProps) {
  return (
    <>
      {showTime && time !== undefined && (
        <Box component="span" sx={{ color: 'text.secondary', mr: 1.5 }}>
          {time}
        </Box>
      )}
      {query === '' ? text : markedParts(text, query).map((part) => (part.isHit ? <mark key={part.start}>{part.text}</mark> : part.text))}
    </>
  );
});
