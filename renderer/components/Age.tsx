/** How long ago, as kubectl prints it; ticks only as often as its figures change, and not in a hidden window. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { humanDuration } from '../../engine/api/age.ts';

export function Age({ since }: { readonly since: string | undefined }) {
  const { i18n } = useTranslation();
  const then = since === undefined ? Number.NaN : Date.parse(since);
  const now = useNow(stepOf(Date.now() - then));
  if (Number.isNaN(then)) return <span>–</span>;
  return (
    <time dateTime={since} title={new Date(then).toLocaleString(i18n.language)}>
      {humanDuration(now - then)}
    </time>
  );
}

/** The present, renewed every `stepMs` while the window can be seen. */
export function useNow(stepMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}

function stepOf(ageMs: number): number {
  if (!(ageMs >= 600_000)) return 1000;
  return ageMs < 10_800_000 ? 30_000 : 300_000;
}
