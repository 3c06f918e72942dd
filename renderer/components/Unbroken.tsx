/**
 * An address, a port, a name of an image: what must be read as one word. It never breaks; where there is too little room it shortens in the middle, because its
 * end tells it from its like, and is shown whole on hover and on focus.
 */
import { styled } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { onResize } from './on-resize.ts';

/** As much of the end stays: a port, a tag, the last part of a pod's name. */
const mostTail = 8;

export function Unbroken({ children: text }: { readonly children: string }) {
  const whole = useRef<HTMLSpanElement>(null);
  const [room, setRoom] = useState<number>();
  useLayoutEffect(() => {
    const element = whole.current;
    if (!element) return;
    return onResize(element, () => setRoom((before) => roomOf(element, before)));
  }, []);
  // A shorter text may fit again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew with the text
  useLayoutEffect(() => setRoom((before) => (whole.current ? roomOf(whole.current, before) : before)), [text]);
  return (
    <Whole ref={whole} data-unbroken={text}>
      {room === undefined ? text : <Shortened text={text} whole={whole} />}
    </Whole>
  );
}

/** The width that was too little; undefined while the text fits. A width is only given up for a larger one, so that nothing flickers at the border. */
function roomOf(element: HTMLElement, before: number | undefined): number | undefined {
  if (before === undefined) return element.scrollWidth > element.clientWidth ? element.clientWidth : undefined;
  const head = element.querySelector('[data-head]');
  const isCut = head === null || head.scrollWidth > head.clientWidth || element.clientWidth <= before + 1;
  return isCut ? Math.max(before, element.clientWidth) : undefined;
}

function Shortened({ text, whole }: { readonly text: string; readonly whole: RefObject<HTMLElement | null> }) {
  const [open, setOpen] = useState(false);
  const [isInside, setInside] = useState(true);
  // Inside a link or a button it is that which takes the focus.
  useLayoutEffect(() => {
    const outer = whole.current?.closest('a, button, [role="button"], [role="option"], [role="menuitem"]');
    setInside(Boolean(outer));
    if (!outer) return;
    const show = (): void => setOpen(outer.matches(':focus-visible'));
    const hide = (): void => setOpen(false);
    outer.addEventListener('focusin', show);
    outer.addEventListener('focusout', hide);
    return () => {
      outer.removeEventListener('focusin', show);
      outer.removeEventListener('focusout', hide);
    };
  }, [whole]);
  const tail = text.slice(-Math.min(mostTail, Math.floor(text.length / 2)));
  return (
    <Tooltip
      describeChild
      title={<span style={{ overflowWrap: 'anywhere' }}>{text}</span>}
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      slotProps={wide}
    >
      <Parts {...(isInside ? {} : { tabIndex: 0 })}>
        <span data-read>{text}</span>
        <span aria-hidden data-head>
          {text.slice(0, text.length - tail.length)}
        </span>
        <span aria-hidden data-tail>
          <span>{tail}</span>
        </span>
      </Parts>
    </Tooltip>
  );
}

/** A long image in one line. */
const wide = { tooltip: { sx: { maxWidth: 'min(90vw, 900px)' } } } as const;

// Fixed styles, not `sx`: rows come and go while one scrolls.
const Whole = styled('span')({
  display: 'inline-block',
  maxWidth: '100%',
  minWidth: 0,
  // `hidden` would move the baseline.
  overflowX: 'clip',
  whiteSpace: 'pre',
});
const Parts = styled('span')({
  display: 'flex',
  position: 'relative',
  // Read aloud and copied, in place of the two parts.
  '& > [data-read]': { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' },
  '& > [aria-hidden]': { userSelect: 'none' },
  '& > [data-head]': { flex: '0 1000 auto', minWidth: '1.5ch', overflow: 'hidden', textOverflow: 'ellipsis' },
  // Where there is no room even for it, it loses its beginning.
  '& > [data-tail]': { flex: '0 1 auto', minWidth: 0, display: 'flex', justifyContent: 'flex-end', overflow: 'hidden' },
  '& > [data-tail] > span': { flex: 'none' },
  // The focus ring is drawn inside: outside it would be cut off.
  '&:focus-visible': { outlineOffset: -2 },
});
