/** Puts the window together: data, look, language, routes. */
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider, useColorScheme } from '@mui/material/styles';
import type { i18n } from 'i18next';
import { type ReactNode, useEffect, useState } from 'react';
import { HashRouter } from 'react-router';
import { useSettings, WindowDataContext } from '../data/hooks.ts';
import type { WindowData } from '../data/window-data.ts';
import { languageOf } from '../i18n/i18n.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Pages } from './Pages.tsx';
import { ToastProvider } from './Toasts.tsx';
import { theme } from './theme.ts';

export function App({ data, texts }: { readonly data: WindowData; readonly texts: i18n }) {
  return (
    <WindowDataContext value={data}>
      {/* The host keeps the settings: no second copy in the browser. */}
      <ThemeProvider theme={theme} defaultMode={data.settings.get().theme} storageManager={null}>
        <CssBaseline enableColorScheme />
        <ErrorBoundary place="">
          <FollowSettings texts={texts}>
            <HashRouter>
              <ToastProvider>
                <Pages />
              </ToastProvider>
            </HashRouter>
          </FollowSettings>
        </ErrorBoundary>
      </ThemeProvider>
    </WindowDataContext>
  );
}

/** Language and theme change while the window is open, here or in another window. */
function FollowSettings({ texts, children }: { readonly texts: i18n; readonly children: ReactNode }) {
  const { language, theme: wanted } = useSettings();
  const languages = useSystemLanguages();
  const { setMode } = useColorScheme();
  const shown = languageOf(language, languages);
  useEffect(() => {
    document.documentElement.lang = shown;
    void texts.changeLanguage(shown);
  }, [texts, shown]);
  useEffect(() => setMode(wanted), [setMode, wanted]);
  return children;
}

function useSystemLanguages(): readonly string[] {
  const [languages, setLanguages] = useState(navigator.languages);
  useEffect(() => {
    const change = (): void => setLanguages(navigator.languages);
    window.addEventListener('languagechange', change);
    return () => window.removeEventListener('languagechange', change);
  }, []);
  return languages;
}
