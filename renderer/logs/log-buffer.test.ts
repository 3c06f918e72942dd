import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInLog, LogBuffer, markedParts } from './log-buffer.ts';

describe('a log', () => {
  it('keeps the newest lines, knows their numbers, and counts what it let go', () => {
    const chunks = fc.array(fc.array(fc.constantFrom('a', 'b'), { maxLength: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 25 }), (pieces, most) => {
        const log = new LogBuffer(most);
        for (const piece of pieces) log.append(piece);
        const all = pieces.flat();
        expect(log.lines.map(({ text }) => text)).toEqual(all.slice(-most));
        expect(log.lines.map(({ number }) => number)).toEqual(all.map((_line, index) => index).slice(-most));
        expect(log.dropped).toBe(Math.max(0, all.length - most));
      }),
    );
  });
  it('is the same list until a line comes', () => {
    const log = new LogBuffer(3);
    log.append(['a']);
    const before = log.lines;
    log.append([]);
    expect(log.lines).toBe(before);
    log.append(['b']);
    expect(log.lines).not.toBe(before);
  });
  it.each([
    ['2026-01-01T00:00:00.123456789Z hello', '2026-01-01T00:00:00.123456789Z', 'hello'],
    ['2026-01-01T09:00:00+09:00 ', '2026-01-01T09:00:00+09:00', ''],
    ['2026-01-01 hello', undefined, '2026-01-01 hello'],
    ['\u001B[32mGET\u001B[0m /', undefined, 'GET /'],
    ['\u001B]0;title\u0007x', undefined, 'x'],
  ])('takes %j apart', (line, time, text) => {
    const log = new LogBuffer(1);
    log.append([line]);
    expect(log.lines[0]).toMatchObject({ time, text });
  });
});

describe('a search', () => {
  it('finds lines by number, whatever the case', () => {
    const log = new LogBuffer(9);
    log.append(['Error: a', 'fine', 'an ERROR']);
    expect(findInLog(log.lines, 'error')).toEqual([0, 2]);
    expect(findInLog(log.lines, '')).toEqual([]);
  });
  it('marks what was found and loses no letter', () => {
    expect(markedParts('aXbx', 'x').map(({ text, isHit }) => (isHit ? `[${text}]` : text))).toEqual(['a', '[X]', 'b', '[x]']);
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, query) => {
        const parts = markedParts(text, query);
        expect(parts.map((part) => part.text).join('')).toBe(text);
        for (const part of parts) if (part.isHit) expect(part.text.toLowerCase()).toBe(query.toLowerCase());
      }),
    );
  });
});
