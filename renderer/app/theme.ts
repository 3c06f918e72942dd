/** The look: a harbour. Deep water for the navigation on the left, fog for the page, teal for what can be pressed, buoy orange for the one main thing. */
import { createTheme } from '@mui/material/styles';

declare module '@mui/material/styles' {
  interface Palette {
    navigation: { main: string; text: string; muted: string; active: string };
    /** Faint fill for code, tables' heads, boxes in diagrams. */
    fog: { main: string; line: string };
  }
  interface PaletteOptions {
    navigation?: { main: string; text: string; muted: string; active: string };
    fog?: { main: string; line: string };
  }
}

/** Latin first, then the system's Japanese: Hiragino on macOS, Noto or Yu Gothic elsewhere. */
const japanese = "'Hiragino Sans', 'Hiragino Kaku Gothic ProN', 'Noto Sans CJK JP', 'Noto Sans JP', 'Yu Gothic UI', Meiryo";
const sans = `'Figtree Variable', ${japanese}, system-ui, sans-serif`;
export const mono = `'Geist Mono Variable', ui-monospace, 'SF Mono', Menlo, 'Noto Sans Mono CJK JP', ${japanese}, monospace`;

const light = {
  mode: 'light' as const,
  primary: { main: '#0A5A69', light: '#2F8796', dark: '#07414C', contrastText: '#FFFFFF' },
  secondary: { main: '#C4410C', light: '#F0773F', dark: '#9A3208', contrastText: '#FFFFFF' },
  success: { main: '#14734F', contrastText: '#FFFFFF' },
  warning: { main: '#8A5A00', contrastText: '#FFFFFF' },
  error: { main: '#B3261E', contrastText: '#FFFFFF' },
  info: { main: '#2A5B98', contrastText: '#FFFFFF' },
  background: { default: '#F3F5F4', paper: '#FFFFFF' },
  text: { primary: '#13242D', secondary: '#4C5F69', disabled: '#8496A0' },
  divider: '#DCE3E4',
  navigation: { main: '#0C2A36', text: '#E4EEF0', muted: '#9DB6BF', active: 'rgba(255,255,255,0.11)' },
  fog: { main: '#ECF0F0', line: '#B9C7CB' },
};
const dark = {
  mode: 'dark' as const,
  primary: { main: '#6CCBD3', light: '#9BE0E5', dark: '#3FA3AC', contrastText: '#04242A' },
  secondary: { main: '#FF9466', light: '#FFB596', dark: '#E0703F', contrastText: '#2E1003' },
  success: { main: '#5FD0A0', contrastText: '#04281B' },
  warning: { main: '#EBBB57', contrastText: '#2B1D00' },
  error: { main: '#FF8F84', contrastText: '#350805' },
  info: { main: '#8CBBF2', contrastText: '#07213F' },
  background: { default: '#0A171F', paper: '#10222C' },
  text: { primary: '#E6EEF0', secondary: '#A3B7BF', disabled: '#6C828C' },
  divider: '#233A46',
  navigation: { main: '#06121A', text: '#DCE8EB', muted: '#86A0AA', active: 'rgba(108,203,211,0.14)' },
  fog: { main: '#162C37', line: '#3A5562' },
};

const typography = {
  fontFamily: sans,
  fontSize: 14,
  h1: { fontSize: '1.75rem', fontWeight: 650, letterSpacing: '-0.015em', lineHeight: 1.25 },
  h2: { fontSize: '1.1875rem', fontWeight: 650, letterSpacing: '-0.01em', lineHeight: 1.35 },
  h3: { fontSize: '0.9375rem', fontWeight: 650, lineHeight: 1.45 },
  body1: { fontSize: '0.9375rem', lineHeight: 1.6 },
  body2: { fontSize: '0.875rem', lineHeight: 1.55 },
  caption: { fontSize: '0.78rem', lineHeight: 1.45 },
  button: { textTransform: 'none' as const, fontWeight: 600, letterSpacing: 0 },
};

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-theme' },
  colorSchemes: { light: { palette: light }, dark: { palette: dark } },
  shape: { borderRadius: 10 },
  typography,
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        body: { fontFeatureSettings: "'tnum' 1", WebkitFontSmoothing: 'antialiased' },
        code: { fontFamily: mono, fontSize: '0.92em' },
        ':focus-visible': { outline: '2.5px solid var(--mui-palette-secondary-main)', outlineOffset: 2 },
      },
    },
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiButton: {
      defaultProps: { disableElevation: true },
      // At once: a label half-way between two colours cannot be read.
      styleOverrides: {
        root: { borderRadius: 9, whiteSpace: 'nowrap', transition: 'none' },
        sizeLarge: { padding: '11px 24px', fontSize: '1rem' },
      },
    },
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiToggleButton: { styleOverrides: { root: { color: 'var(--mui-palette-text-secondary)' } } },
    MuiTooltip: { defaultProps: { arrow: true, enterDelay: 350 }, styleOverrides: { tooltip: { fontSize: '0.78rem' } } },
    MuiTextField: { defaultProps: { size: 'small' } },
    MuiTab: { styleOverrides: { root: { minHeight: 42, padding: '8px 14px', textTransform: 'none', fontWeight: 600 } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 42 } } },
    MuiChip: { styleOverrides: { root: { fontWeight: 550 } } },
    MuiDialog: { styleOverrides: { paper: { borderRadius: 16 } } },
    MuiAlert: { styleOverrides: { root: { borderRadius: 12 } } },
    MuiLink: { defaultProps: { underline: 'hover' }, styleOverrides: { root: { fontWeight: 600 } } },
  },
});
