/** How long something took: `34ms`, `1.4s`, `12s`, `2m 5s`; `1.4 秒`, `2 分 5 秒`. */
export function formatDuration(ms: number, language: string): string {
  return ms < 995 ? unit(Math.max(0, ms), { language, unit: 'millisecond', digits: 0 }) : formatRunning(ms, language);
}

/** The same for a clock that ticks: no milliseconds, they would only flicker. */
export function formatRunning(ms: number, language: string): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return unit(seconds, { language, unit: 'second', digits: seconds < 9.95 ? 1 : 0 });
  const whole = Math.round(seconds);
  const minutes = unit(Math.floor(whole / 60), { language, unit: 'minute', digits: 0 });
  const rest = whole % 60;
  if (rest === 0) return minutes;
  return `${minutes} ${unit(rest, { language, unit: 'second', digits: 0 })}`;
}

function unit(
  value: number,
  options: { readonly language: string; readonly unit: 'millisecond' | 'second' | 'minute'; readonly digits: number },
): string {
  return new Intl.NumberFormat(options.language, {
    style: 'unit',
    unit: options.unit,
    // Japanese has no narrow words for them, only Latin letters.
    unitDisplay: options.language === 'ja' ? 'short' : 'narrow',
    minimumFractionDigits: options.digits,
    maximumFractionDigits: options.digits,
  }).format(value);
}
