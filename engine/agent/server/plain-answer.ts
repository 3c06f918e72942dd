/** Short answers in plain text, as a kubelet gives them. */
import type { ServerResponse } from 'node:http';

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(text) }).end(text);
}
