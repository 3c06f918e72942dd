/** Hands the window its end of the host contract: one MessagePort and nothing else. */
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld('minato', {
  /** Asks for a connection; the port arrives as a `message` event of the window with data `minato:port`. */
  connect: () => ipcRenderer.send('minato:connect'),
});

ipcRenderer.on('minato:port', (event) => window.postMessage('minato:port', window.location.origin, event.ports));
