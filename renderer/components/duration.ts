/** How long something took, as a person says it: `0.4s`, `12s`, `2m 5s`; `0.4秒`, `2分5秒`. */
export function formatDuration(ms: number, language: string): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return unit(seconds, { language, unit: 'second', digits: seconds < 9.95 ? 1 : 0 });
  const whole = Math.round(seconds);
  const minutes = unit(Math.floor(whole / 60), { language, unit: 'minute', digits: 0 });
  const rest = whole % 60;
  if (rest === 0) return minutes;
  return `${minutes}${language === 'ja' ? '' : ' '}${unit(rest, { language, unit: 'second', digits: 0 })}`;
}

function unit(value: number, options: { readonly language: string; readonly unit: 'second' | 'minute'; readonly digits: number }): string {
  return new Intl.NumberFormat(options.language, {
    style: 'unit',
    unit: options.unit,
    unitDisplay: 'narrow',
    minimumFractionDigits: options.digits,
    maximumFractionDigits: options.digits,
  }).format(value);
}
