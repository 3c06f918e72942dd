/** A form that Enter submits, but never the Enter that ends an IME's composition. */
import Box from '@mui/material/Box';
import type { SxProps, Theme } from '@mui/material/styles';
import type { KeyboardEvent, ReactNode, SubmitEvent } from 'react';

export function Form({
  onSubmit,
  children,
  sx,
}: {
  readonly onSubmit: () => void;
  readonly children: ReactNode;
  readonly sx?: SxProps<Theme>;
}) {
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Box component="form" noValidate onSubmit={submit} onKeyDown={ignoreWhileComposing} {...(sx ? { sx } : {})}>
      {children}
    </Box>
  );
}

/** Some engines report the composing Enter only by its key code, 229. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229;
}
function ignoreWhileComposing(event: KeyboardEvent): void {
  if (event.key === 'Enter' && isComposing(event)) event.preventDefault();
}
