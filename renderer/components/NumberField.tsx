/** A whole number: typed, or stepped with the arrow keys. What is not a number yet is kept as typed and told as NaN. */
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface NumberFieldProps {
  /** The label is `field.<name>`. */
  readonly name: string;
  readonly value: number;
  /** `text` tells an empty field, which may be allowed, from one that holds no number. */
  readonly onChange: (value: number, text: string) => void;
  readonly min: number;
  readonly max: number;
  readonly autoFocus?: boolean;
  readonly error?: string | undefined;
  readonly helperText?: string | undefined;
  readonly width?: number | string;
}

export function NumberField({ name, value, onChange, min, max, autoFocus = false, error, helperText, width }: NumberFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(() => textOf(value));
  const shown = Number(typed) === value || (Number.isNaN(value) && typed !== '') ? typed : textOf(value);
  const change = (text: string): void => {
    const plain = text.normalize('NFKC');
    setTyped(plain);
    onChange(plain.trim() === '' ? Number.NaN : Number(plain), plain.trim());
  };
  const outside = !Number.isNaN(value) && (!Number.isInteger(value) || value < min || value > max);
  const complaint = error ?? (outside ? t('field.range', { min, max }) : undefined);
  return (
    <TextField
      label={t(`field.${name}`)}
      value={shown}
      autoFocus={autoFocus}
      error={complaint !== undefined}
      helperText={complaint ?? helperText}
      onChange={(event) => change(event.target.value)}
      sx={{ width: width ?? 180 }}
      slotProps={{
        htmlInput: {
          inputMode: 'numeric',
          role: 'spinbutton',
          'aria-valuenow': Number.isNaN(value) ? undefined : value,
          'aria-valuemin': min,
          'aria-valuemax': max,
        },
      }}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const next = Math.min(max, Math.max(min, (Number.isNaN(value) ? min : value) + step));
        setTyped(textOf(next));
        onChange(next, textOf(next));
      }}
    />
  );
}

function textOf(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}
