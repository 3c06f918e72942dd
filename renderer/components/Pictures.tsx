/** Line drawings for empty states, and the mark. They take the colour of the text around them. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <g fill="none" strokeLinecap="round" strokeLinejoin="round">
        <path d="M32 15v34M21 25h22" stroke="currentColor" strokeWidth="5" />
        <path d="M10 38c5 10 12 14 22 14s17-4 22-14" stroke="#6CCBD3" strokeWidth="5" />
        <circle cx="32" cy="11" r="5" fill="#FF9466" />
      </g>
    </svg>
  );
}

/** A quay with an empty berth: nothing here yet. */
export function EmptyBerth() {
  return (
    <svg
      width="148"
      height="84"
      viewBox="0 0 148 84"
      aria-hidden="true"
      focusable="false"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.500"
      strokeLinecap="round"
    >
      <path d="M6 52h136" />
      <path d="M18 52v20M130 52v20" />
      <rect x="46" y="26" width="56" height="26" rx="4" strokeDasharray="5 6" />
      <path d="M36 66c6-5 12-5 18 0s12 5 18 0 12-5 18 0 12 5 18 0" opacity=".7" />
      <path d="M24 52V22h12M30 22v10" />
    </svg>
  );
}

/** A ship that lies still: not running. */
export function Moored() {
  return (
    <svg
      width="148"
      height="84"
      viewBox="0 0 148 84"
      aria-hidden="true"
      focusable="false"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.500"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M28 46h92l-12 20H44z" />
      <path d="M50 46V32h22v14M78 46V36h18v10M61 32V18" />
      <path d="M18 76c6-5 12-5 18 0s12 5 18 0 12-5 18 0 12 5 18 0 12-5 18 0" opacity=".7" />
    </svg>
  );
}

/** A buoy on its side: something went wrong. */
export function Adrift() {
  return (
    <svg
      width="148"
      height="84"
      viewBox="0 0 148 84"
      aria-hidden="true"
      focusable="false"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.500"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M62 58l34-40 14 12-22 38z" />
      <path d="M74 44l20 16M106 24l10-10" />
      <path d="M18 70c6-5 12-5 18 0s12 5 18 0 12-5 18 0 12 5 18 0 12-5 18 0" opacity=".7" />
    </svg>
  );
}
