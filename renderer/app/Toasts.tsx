/** Short notes at the foot of the window that something was done. Failures are not told here: they stay where they happened. */
import Snackbar from '@mui/material/Snackbar';
import { createContext, type ReactNode, use, useCallback, useState } from 'react';

const ToastContext = createContext<(message: string) => void>(() => undefined);

/** `toast('Scaled.')`; a later note replaces an earlier one. */
export function useToast(): (message: string) => void {
  return use(ToastContext);
}

const shownMs = 5000;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [note, setNote] = useState<{ readonly id: number; readonly message: string }>();
  const [open, setOpen] = useState(false);
  const toast = useCallback((message: string) => {
    setNote((before) => ({ id: (before?.id ?? 0) + 1, message }));
    setOpen(true);
  }, []);
  return (
    <ToastContext value={toast}>
      {children}
      <Snackbar
        key={note?.id ?? 0}
        open={open}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        autoHideDuration={shownMs}
        onClose={(_event, reason) => reason !== 'clickaway' && setOpen(false)}
        message={note?.message ?? ''}
      />
    </ToastContext>
  );
}
