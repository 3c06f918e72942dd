/** Where the window begins: carrier, data, texts, then React. Nothing else is made outside of components. */
import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { pageNonce } from './app/nonce.ts';
import './app/styles.css';
import type { Carrier } from './data/carrier.ts';
import { browserFrames } from './data/frames.ts';
import { HostClient } from './data/host-client.ts';
import { messagePortCarrier, type Preload } from './data/message-port-carrier.ts';
import { webSocketCarrier } from './data/web-socket-carrier.ts';
import { WindowData } from './data/window-data.ts';
import { createTexts, languageOf } from './i18n/i18n.ts';

declare global {
  interface Window {
    /** Set by Electron's preload script; a browser has none. */
    readonly minato?: Preload;
  }
}

const longestWaitMs = 600;
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

const nonce = pageNonce();
const styles = createCache({ key: 'm', prepend: true, ...(nonce === undefined ? {} : { nonce }) });
const data = new WindowData(new HostClient(carrier()), browserFrames());
window.addEventListener('focus', data.refresh);

// So that nothing is drawn in one language or look and again in another; a host that is silent is told of by the window itself.
await Promise.race([data.settled, new Promise((resolve) => setTimeout(resolve, longestWaitMs))]);
const texts = createTexts(languageOf(data.settings.get().language, navigator.languages));

createRoot(root).render(
  <StrictMode>
    <CacheProvider value={styles}>
      <App data={data} texts={texts} />
    </CacheProvider>
  </StrictMode>,
);

function carrier(): Carrier {
  if (window.minato) return messagePortCarrier(window.minato);
  const { protocol, host } = window.location;
  return webSocketCarrier(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/host`);
}
